"""Golden histories of the search `kg`: what it knows, what its model expects, and what it decides.

    python3 kg.py <folder of the reference search> ../kg

The reference (fair.py, akg.py, sim.py, world.py with NumPy) is run on small synthetic worlds. Three of its
constants are absolute; here they are shares of the scores, as in the program, so that figures can agree to the
last digits, and scores are float64 rounded to four decimals. The knowledge gradient is computed without quadrature.
"""
import collections
import json
import math
import pathlib
import sys

import numpy as np

reference, target = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, reference)
import fair                                              # noqa: E402
import sim                                               # noqa: E402
from world import LR, PS, IS, CELLS, PATIENCE, TMAX, World   # noqa: E402


class Model(fair.PureModel):
    """The cell model whose least scale is a hundredth of the level."""

    def likelihood(self, theta, full=False):
        seen = np.flatnonzero(self.p)
        kernel, ratio = sim.kernel_cached(theta), sim.RATIOS[theta[5]]
        lower = np.linalg.cholesky(kernel[np.ix_(seen, seen)] + np.diag(ratio / self.p[seen]))
        y = self.s[seen] / self.p[seen]
        one, z = np.linalg.solve(lower, np.ones(len(seen))), np.linalg.solve(lower, y)
        level = (one @ z) / (one @ one)
        left = z - level * one
        within = max(float((self.q[seen] - self.s[seen] ** 2 / self.p[seen]).sum()), 0.0)
        scale = (left @ left + within / ratio + (0.01 * level) ** 2) / self.count
        if full:
            return seen, kernel, ratio, lower, level, left, scale
        log = -0.5 * (self.count * math.log(scale) + 2 * np.log(np.diag(lower)).sum()
                      + (self.count - len(seen)) * math.log(ratio))
        log -= 0.5 * (math.log(ratio) / 1.5) ** 2
        log -= 0.5 * math.log(sim.NUGGETS[theta[4]] / 0.1) ** 2
        return log - sum(0.5 * (math.log(sim.LENGTHS[theta[j]] / 0.5) / 0.9) ** 2 for j in range(3))


class Search(fair.PureKG):
    """purekg with the relative constants, which remembers its last posterior."""

    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        self.model = Model()

    def level(self, share):
        done = [r.score for r in self.env.runs if r.ended]
        return (share * np.mean(done)) ** 2 if done else 0.0

    def regression(self, t):
        z, y, alive = self.pairs(t)
        z, y = z[alive], y[alive]
        if len(z) == 0:
            return 0.0, 1.0, None
        v = max(z.var(), self.level(1e-3))
        b = ((z - z.mean()) @ (y - y.mean()) + 3 * v) / (((z - z.mean()) ** 2).sum() + 3 * v)
        left = y - y.mean() - b * (z - z.mean())
        return y.mean() - b * z.mean(), b, (left @ left + self.level(1e-2)) / max(len(z) - 1, 1)

    def observations(self):
        done = [(r.cell, r.score, 1.0) for r in self.env.runs if r.ended]
        y = np.array([o[1] for o in done])
        total = max(y.var(), self.level(3e-3)) if len(y) > 1 else None
        for r in self.env.runs:
            if not r.ended and r.t in self.rungs:
                a, b, s2 = self.regression(r.t)
                ratio = 2.0 if s2 is None or total is None else s2 / total
                done.append((r.cell, a + b * r.score, 1 / (1 + ratio)))
        return done

    def score(self, mean, cov, noise):
        """The knowledge gradient without quadrature, whose small values are rounding errors."""
        gains = []
        keep = np.argsort(-mean, kind="stable")[:40]
        for c in range(len(mean)):
            slopes = cov[keep, c] / math.sqrt(cov[c, c] + noise)
            gains.append(expected_rise(list(zip(slopes, mean[keep]))))
        self.gain = max(gains)
        return np.array(gains)

    def posterior(self):
        self.last = super().posterior()
        return self.last


def expected_rise(lines):
    """E max(height + slope Z) - max height over lines, by the breakpoints of their upper envelope."""
    hull, breaks = [], []
    for slope, height in sorted(lines):
        if hull and hull[-1][0] == slope:
            hull.pop()
            if breaks:
                breaks.pop()
        while hull:
            z = (hull[-1][1] - height) / (slope - hull[-1][0])
            if breaks and z <= breaks[-1]:
                hull.pop()
                breaks.pop()
            else:
                breaks.append(z)
                break
        hull.append((slope, height))
    rise = 0.0
    for (low, _), (high, _), z in zip(hull, hull[1:], breaks):
        z = -abs(z)
        rise += (high - low) * max(math.exp(-z * z / 2) / math.sqrt(2 * math.pi) + z * 0.5 * math.erfc(-z / math.sqrt(2)), 0.0)
    return rise


class Env(sim.Env):
    def new_run(self, cell):
        run = super().new_run(cell)
        run.curve = np.round(self.w.curves[cell, self.order[cell, (self.count[cell] - 1) % self.order.shape[1]]].astype(float), 4)
        run.best = np.maximum.accumulate(run.curve)
        best, since, run.stop = -1.0, 0, len(run.curve)
        for t, score in enumerate(run.curve):
            best, since = (score, 0) if score > best else (best, since + 1)
            if since > PATIENCE:
                run.stop = t + 1
                break
        return run


def histories(kind, seed, lag, part, rng):
    """Runs a search, and yields a history with what is decided on it at some of its decisions."""
    world = World(seed, kind, runs=12, truth_seeds=10)
    env = Env(world, 1000 * seed)
    search = Search(env, seed)
    search.begin(lag)
    budget, visible = world.grid_cost / part, 0.0
    decisions, queue = [], collections.deque()
    seen = 0

    def reveal():
        nonlocal visible, seen
        run, t, cost = queue.popleft()
        run.t, run.pending = t, False
        visible += cost
        search.on_revealed(run, cost)
        seen += 1

    while True:
        while len(queue) >= lag:
            reveal()
        committed = visible + sum(decisions[seen + i]["charge"] for i in range(len(queue)))
        if committed >= budget:
            if not queue:
                return
            reveal()
            continue
        search.last = None
        action = search.propose()
        if action is None:
            reveal()
            continue
        run, until = action
        charge = search.charge(run, until) * env.cost[run.cell]
        started = [r for r in env.runs if r is not run or run.trained]
        told = run.trained or (search.last and search.gain > 1e-300)
        if told and len(started) >= 6 and seen and rng.random() < 0.2:
            golden = dict(
                kind=kind, lag=lag, decisions=json.loads(json.dumps(decisions)), seen=seen,
                choice=dict(run=run.number, cell=int(run.cell), until=None if until == TMAX else until, expected=search.charge(run, until)))
            if search.last and not run.trained:
                mean, cov, noise = search.last
                golden.update(theta=list(search.model.theta), mean=[float('%.13g' % m) for m in mean], noise=noise,
                              variance=[float('%.12g' % v) for v in np.diag(cov)])
            yield golden
        search.on_decided(run, charge)
        end = min(until, run.stop)
        decisions.append(dict(
            run=run.number, cell=int(run.cell), start=run.trained, until=None if until == TMAX else until,
            charge=charge, end=end, complete=end == run.stop,
            scores=run.curve[run.trained:end].tolist()))
        queue.append((run, end, (end - run.trained) * env.cost[run.cell]))
        run.trained, run.pending = end, True


rng = np.random.default_rng(12)
cases = []
for number, kind in enumerate(("weak", "sine", "smooth", "slow", "interact")):
    for lag, part in ((1, 4), (2, 8), (4, 4), (8, 2)):
        found = list(histories(kind, 40 + number, lag, part, rng))
        # The first and the last ones: few observations and many.
        picked = found[:1] + found[-2:] if len(found) > 2 else found
        cases += picked
        print(kind, lag, part, len(found), "histories", len(picked), "kept")

cost = (1 + 0.95 * (IS[[c[2] for c in CELLS]] - 4) / 12) * (1 + 0.55 * np.log(PS[[c[1] for c in CELLS]] / 50) / np.log(100))
target.mkdir(exist_ok=True)
(target / "histories.json").write_text(json.dumps(dict(
    learning_rate=LR.tolist(), prototype_size=PS.tolist(), interest_size=IS.tolist(),
    patience=PATIENCE, epochs=TMAX, work=(cost * 1e6).round().astype(int).tolist(), cases=cases), separators=(",", ":")))
print(len(cases), "cases,", sum("mean" in c for c in cases), "with a posterior,", sum(c["choice"]["run"] in {d["run"] for d in c["decisions"]} for c in cases), "continuations")
