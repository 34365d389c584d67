import Foundation
import TestSupport

@testable import Recommender

/// MovieLens 100K, which may not be redistributed. The program fetches it on first use. The tests
/// that need it run if `<repository>/dataset/ml-100k/ml-100k.inter` exists, and are skipped if not.
enum MovieLens {
  static let folder = Fixture.repository.appending(path: "dataset")
  static let file = folder.appending(path: "ml-100k/ml-100k.inter").path
  static let isFetched = FileManager.default.fileExists(atPath: file)

  /// RecBole's configuration of ml-100k.
  static var configuration: DataConfiguration {
    var configuration = DataConfiguration()
    configuration.dataPath = folder.path
    configuration.normalizeAll = true
    return configuration
  }
}
