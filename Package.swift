// swift-tools-version: 6.1
import PackageDescription

/// Optimised in a debug build as well: tests that train, that read a large log or a long history would
/// take three times as long. Whatever traps in a debug build still does, apart from `assert`.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "sine-tune",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "sine-tune", targets: ["sine-tune"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: [
    .target(name: "Literals", swiftSettings: optimised),
    .target(name: "Trials", dependencies: ["Literals"]),
    .target(
      name: "Search", dependencies: ["CKernels", "Literals", "Trials"], swiftSettings: optimised),
    .target(name: "Tuning", dependencies: ["Search", "Trials"], swiftSettings: optimised),
    .target(
      name: "CKernels",
      // The numeric loops stay optimised in a debug build: without this the tests that train on
      // real data would take twenty times as long. No flag names a CPU.
      cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "Recommender", dependencies: ["CKernels", "Literals", "Trials", "Yams"],
      swiftSettings: optimised),
    .target(
      name: "Storage",
      dependencies: [
        "Literals", "Trials", "Search", "Tuning", .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: optimised),
    .target(
      name: "Sweeps",
      dependencies: ["Literals", "Trials", "Search", "Tuning", "Recommender", "Storage"]),
    .target(name: "Reports", dependencies: ["Literals", "Trials", "Search", "Storage"]),
    .executableTarget(
      name: "sine-tune",
      dependencies: [
        "Literals", "Trials", "Search", "Tuning", "Recommender", "Storage", "Sweeps", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "TestSupport", dependencies: ["Literals", "Trials", "Search", "Tuning"],
      path: "Tests/TestSupport"),
    .target(name: "ToySearch", dependencies: ["Search", "Trials"], path: "Tests/ToySearch"),
    .executableTarget(
      name: "toy-sweep",
      dependencies: ["Literals", "Recommender", "Storage", "Sweeps", "ToySearch"],
      path: "Tests/ToySweep"),
    .testTarget(
      name: "SearchTests", dependencies: ["Literals", "Trials", "Search", "TestSupport"]),
    .testTarget(
      name: "TuningTests", dependencies: ["Literals", "Trials", "Search", "Tuning", "TestSupport"]),
    .testTarget(name: "KernelTests", dependencies: ["CKernels", "TestSupport"]),
    .testTarget(
      name: "RecommenderTests",
      // SwiftCSV is a second reader, with which ours has to agree. It is not the one of the program:
      // it takes the whole text as a String, loses an empty last field, tells no place of an error,
      // and takes a quote that is never closed for text.
      dependencies: ["Trials", "Recommender", "TestSupport", "SwiftCSV"]),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "Literals", "Trials", "Search", "Tuning", "Storage", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "SweepsTests",
      dependencies: [
        "Literals", "Trials", "Search", "Tuning", "Recommender", "Storage", "Sweeps", "TestSupport",
        "ToySearch",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Literals", "Trials", "Storage", "Reports", "TestSupport"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "sine-tune", "Literals", "Trials", "Search", "Tuning", "Storage", "Reports", "Sweeps",
        "TestSupport", "ToySearch", "toy-sweep", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
