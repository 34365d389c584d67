import Testing

@testable import Recommender

struct TokenTableTests {
  private func intern(_ token: String, in table: inout TokenTable) -> Int32 {
    var token = token
    return token.withUTF8 { table.intern($0) }
  }

  @Test("Tokens get numbers in order of first appearance, and a number gives its token back")
  func numbersTokens() {
    var table = TokenTable()
    let tokens = (0..<5000).map { "token \($0 * 7919 % 5000)" }
    #expect(tokens.map { intern($0, in: &table) } == (0..<5000).map(Int32.init))
    #expect(tokens.map { intern($0, in: &table) } == (0..<5000).map(Int32.init))
    #expect(table.count == 5000)
    #expect((0..<5000).allSatisfy { table.token(Int32($0)) == tokens[$0] })
  }

  @Test("Tokens are compared byte for byte")
  func comparesBytes() {
    var table = TokenTable(["1", "01", "1 ", "1.0", ""])
    #expect(table.count == 5)
    #expect(intern("", in: &table) == 4)
    // The same letter, composed and decomposed.
    #expect(intern("\u{E9}", in: &table) == 5)
    #expect(intern("e\u{301}", in: &table) == 6)
    var absent = "2"
    #expect(absent.withUTF8 { table.find($0) } == nil)
  }

  @Test("The digest is 64-bit FNV-1a")
  func digests() {
    func digest(_ text: String) -> String {
      var digest = ContentDigest()
      Array(text.utf8).withUnsafeBufferPointer { digest.update($0) }
      return digest.description
    }
    // The test vectors of the algorithm's authors.
    #expect(digest("") == "cbf29ce484222325")
    #expect(digest("a") == "af63dc4c8601ec8c")
    #expect(digest("foobar") == "85944171f73967e8")
  }
}
