// Optimiser steps as torch defines them, over flat arrays whose length is a multiple of 16.

CK_INLINE vf root_lanes(vf v) { return __builtin_elementwise_sqrt(v); }

static void adam(long n, float *p, const float *g, float *m, float *v, float stepSize,
                 float inverseRootCorrection2, float beta1, float beta2, float epsilon,
                 float weightDecay, float shrink) {
  for (long i = 0; i < n; i += CK_LANES) {
    vf p_ = load(p + i) * shrink;
    vf g_ = p_ * weightDecay + load(g + i);
    vf m_ = load(m + i);
    m_ = (g_ - m_) * (1.0f - beta1) + m_;
    vf v_ = load(v + i) * beta2 + g_ * g_ * (1.0f - beta2);
    store(m + i, m_);
    store(v + i, v_);
    store(p + i, p_ - stepSize * m_ / (root_lanes(v_) * inverseRootCorrection2 + epsilon));
  }
}

static void sgd(long n, float *p, const float *g, float learningRate, float weightDecay) {
  for (long i = 0; i < n; i += CK_LANES) {
    vf p_ = load(p + i);
    store(p + i, p_ - learningRate * (p_ * weightDecay + load(g + i)));
  }
}

static void adagrad(long n, float *p, const float *g, float *sum, float learningRate,
                    float epsilon, float weightDecay) {
  for (long i = 0; i < n; i += CK_LANES) {
    vf p_ = load(p + i);
    vf g_ = p_ * weightDecay + load(g + i);
    vf s = g_ * g_ + load(sum + i);
    store(sum + i, s);
    store(p + i, p_ - learningRate * g_ / (root_lanes(s) + epsilon));
  }
}

static void rmsprop(long n, float *p, const float *g, float *square, float learningRate,
                    float alpha, float epsilon, float weightDecay) {
  for (long i = 0; i < n; i += CK_LANES) {
    vf p_ = load(p + i);
    vf g_ = p_ * weightDecay + load(g + i);
    vf s = load(square + i) * alpha + g_ * g_ * (1.0f - alpha);
    store(square + i, s);
    store(p + i, p_ - learningRate * g_ / (root_lanes(s) + epsilon));
  }
}
