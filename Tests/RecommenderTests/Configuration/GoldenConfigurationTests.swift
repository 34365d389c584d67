import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// The cases of `golden/config`: layers, and the configuration that RecBole makes of the layers.
private struct GoldenConfiguration: Decodable, CustomTestStringConvertible, Sendable {
  let dataset: String
  let yaml: [String]
  let parameters: [String: JSONValue]
  let arguments: [String]
  let expected: [String: JSONValue]?
  let raises: String?

  var testDescription: String { "\(dataset) \(yaml) \(parameters.keys.sorted()) \(arguments)" }

  static let all: [GoldenConfiguration] = Fixture.goldenFiles("config").flatMap { file in
    (try? JSONDecoder().decode([GoldenConfiguration].self, from: Data(contentsOf: file))) ?? []
  }

  func layers() throws(InvalidInput) -> ConfigurationLayers {
    var files: [ConfigurationFile] = []
    for (index, text) in yaml.enumerated() {
      files.append(try ConfigurationFile(text: text, path: "\(index).yaml"))
    }
    return try ConfigurationLayers(files: files, arguments: arguments + ["--dataset=\(dataset)"])
  }
}

extension Literal {
  fileprivate init(_ value: JSONValue) {
    switch value {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .number(let value): self = Literal.real(value).canonical
    case .string(let value): self = .string(value)
    case .array(let values): self = .list(values.map(Literal.init))
    case .object(let values): self = .dictionary(values.mapValues(Literal.init))
    }
  }
}

@Suite struct GoldenConfigurationTests {
  @Test("the golden cases are there")
  func present() {
    #expect(GoldenConfiguration.all.count >= 17)
  }

  @Test("the layers give RecBole's value for every key", arguments: GoldenConfiguration.all)
  private func values(golden: GoldenConfiguration) throws {
    guard let expected = golden.expected else {
      #expect(golden.raises != nil)
      #expect(throws: InvalidInput.self) { try golden.layers() }
      return
    }
    let parameters = golden.parameters.map { (name: $0.key, value: Literal($0.value)) }
    let values = try golden.layers().values(with: parameters)
    for (key, value) in expected {
      #expect(values[key]?.canonical == Literal(value), "\(key)")
    }
  }

  @Test(
    "the typed configuration of a case survives being written and read",
    arguments: GoldenConfiguration.all)
  private func roundTrip(golden: GoldenConfiguration) throws {
    guard golden.expected != nil,
      let template = try? ConfigurationTemplate(golden.layers())
    else { return }
    let configuration = try template.configuration()
    let file = try ConfigurationFile(text: configuration.recBoleYAML(), path: "best.yaml")
    let again = try ConfigurationTemplate(ConfigurationLayers(files: [file])).configuration()
    // A written configuration says "all columns" like a user who chooses all columns.
    #expect(again == configuration)
  }
}
