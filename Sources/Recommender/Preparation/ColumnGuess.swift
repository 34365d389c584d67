/// The columns of a table that most likely are the user, the item, the time and the rating, by
/// their usual names or, without names, by their values. A guess is only ever shown.
struct ColumnGuess: Sendable {
  var user: Int?
  var item: Int?
  var time: Int?
  var rating: Int?

  /// Guesses by the names of the columns, of which those of the configuration come first.
  init(names: [String], _ configuration: DataConfiguration = DataConfiguration()) {
    let plain = names.map(Self.plain)
    func find(_ field: String, _ usual: [String], parts: [String] = []) -> Int? {
      names.firstIndex(of: field)
        ?? usual.lazy.compactMap { plain.firstIndex(of: $0) }.first
        ?? parts.lazy.compactMap { part in plain.firstIndex { $0.contains(part) } }.first
    }
    user = find(configuration.userField, Self.users, parts: ["user", "customer", "visitor"])
    item = find(
      configuration.itemField, Self.items, parts: ["item", "product", "article", "movie", "sku"])
    time = find(configuration.timeField, Self.times, parts: ["timestamp", "date", "time"])
    rating = find("rating", Self.ratings)
    // A part of a name may fit twice: 'user_time'.
    if item == user { item = nil }
    if time == user || time == item { time = nil }
  }

  /// Guesses by the names of the columns, and by the values of the others.
  init(_ preview: TablePreview, _ configuration: DataConfiguration = DataConfiguration()) {
    self.init(names: preview.names ?? [], configuration)
    time =
      time
      ?? (0..<preview.columnCount).first { column in
        ![user, item, rating].contains(column) && Self.holdsTimes(preview.values(column))
      }
    guard !preview.hasHeader else { return }
    let others = (0..<preview.columnCount).filter { $0 != time }
    user = others.first
    item = others.dropFirst().first
    // User, item, rating, time: the order of MovieLens' files.
    rating = others.count == 3 ? others.last : nil
  }

  /// A name without case and without the characters between its words: `userid` for `User ID`.
  static func plain(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// True if all values are dates, or seconds or milliseconds of the years after 1973.
  private static func holdsTimes(_ values: [String]) -> Bool {
    !values.isEmpty
      && values.allSatisfy { value in
        var value = value
        switch value.withUTF8({ ReadTime($0, form: .automatic) }) {
        case .date: return true
        case .number(let number): return number.whole >= 100_000_000
        case nil: return false
        }
      }
  }

  private static let users = [
    "userid", "user", "uid", "customerid", "customer", "visitorid", "reviewerid", "memberid",
    "accountid", "clientid", "buyerid", "personid", "playerid", "listenerid", "sessionid",
    "userkey",
    "username",
  ]
  private static let items = [
    "itemid", "item", "iid", "productid", "product", "movieid", "sku", "asin", "stockcode",
    "articleid", "songid", "trackid", "artistid", "bookid", "gameid", "businessid", "recipeid",
    "videoid", "newsid", "poiid", "venueid", "contentid", "parentasin", "isbn",
  ]
  private static let times = [
    "timestamp", "time", "ts", "datetime", "date", "createdat", "eventtime", "unixreviewtime",
    "reviewtime", "invoicedate", "orderdate", "purchasedate", "clickedat", "created", "utctime",
    "submitted", "eventts", "servertime", "unixtime",
  ]
  private static let ratings = ["rating", "score", "stars", "overall", "rate"]
}
