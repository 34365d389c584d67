import Trials

/// When the decisions of a replayed sweep would have run on some workers, and how well these would have been
/// used.
///
/// A decision starts when its predecessor has started, the outcomes that it sees are there and a worker is
/// free. Workers without a decision join the running ones, if they may.
package struct Timeline: Sendable {
  /// Who carries out decisions.
  package struct Workers: Hashable, Sendable {
    package var count: Int
    /// What a worker that joins a decision adds to the speed of the one that carries it out; 0 if workers
    /// do not join.
    package var joining: Double
    /// The standard deviation of the logarithm of a decision's speed.
    package var speedNoise: Double
    /// Of the noise.
    package var seed: UInt64

    package init(count: Int, joining: Double = 0, speedNoise: Double = 0, seed: UInt64 = 0) {
      self.count = count
      self.joining = joining
      self.speedNoise = speedNoise
      self.seed = seed
    }
  }

  /// The share of the workers that was busy until the last decision started.
  package let use: Double
  /// When the last decision has ended, in the time of one unit of work on one worker.
  package let end: Double

  /// - Parameter speed: Returns a factor for the speed of a decision.
  package init(of history: History, on workers: Workers, speed: (Decision) -> Double) {
    struct Running {
      let number: Int
      var left: Double
      let speed: Double
    }
    var running: [Running] = []
    var isDone = [Bool](repeating: false, count: history.decisions.count)
    var (next, done, now, busy, used) = (0, 0, 0.0, 0.0, 1.0)
    while next < history.decisions.count || !running.isEmpty {
      while next < history.decisions.count, running.count < workers.count,
        history.decisions[next].seen <= done
      {
        let decision = history.decisions[next]
        running.append(
          Running(
            number: next, left: Double(history.outcome(of: next)?.cost ?? 0),
            speed: speed(decision)))
        next += 1
        if next == history.decisions.count { used = now > 0 ? busy / now : 1 }
      }
      // Idle workers are spread over the running decisions.
      let joined = Double(workers.count - running.count) / Double(max(running.count, 1))
      let factor = 1 + joined * workers.joining
      let step = running.map { $0.left / ($0.speed * factor) }.min() ?? 0
      now += step
      let active = workers.joining > 0 ? workers.count : running.count
      // A joined worker is used as far as it makes the decision faster.
      let useful =
        workers.joining > 0
        ? Double(running.count) + Double(active - running.count) * workers.joining
        : Double(active)
      busy += step * useful / Double(workers.count)
      for index in running.indices { running[index].left -= step * running[index].speed * factor }
      for ended in running where ended.left <= 1e-9 { isDone[ended.number] = true }
      running.removeAll { $0.left <= 1e-9 }
      while done < isDone.count, isDone[done] { done += 1 }
    }
    use = used
    end = now
  }
}
