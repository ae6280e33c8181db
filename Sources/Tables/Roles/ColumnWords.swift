/// Words by which people call columns of a role, in small letters.
enum ColumnWords {
    static let time: Set<String> = [
        "date", "time", "timestamp", "datetime", "ds", "day", "month", "week", "quarter", "year", "period", "step", "t",
        "datum", "zeit", "zeitstempel", "fecha", "hour", "ts", "valuedate", "monat", "tag", "jahr",
    ]
    /// Of a whole name, and of one of several such words.
    static let index: Set<String> = [
        "index", "idx", "row", "rownum", "rownumber", "rowid", "nr", "no", "lfdnr", "unnamed0", "obs", "record",
        "recordid", "id",
    ]
    static let id: Set<String> = [
        "id", "store", "shop", "item", "sku", "article", "product", "series", "customer", "station", "sensor", "region",
        "country", "filiale", "artikel", "kunde", "device", "meter", "site", "location", "group", "key",
    ]
    /// What a forecast is asked for: the names of forecasting libraries and competitions, and what shops, utilities and
    /// carriers count.
    static let target: Set<String> = [
        "y", "target", "value", "values", "sales", "demand", "volume", "users", "count", "cnt", "load", "units",
        "quantity", "qty", "revenue", "consumption", "passengers", "wert", "umsatz", "menge", "verbrauch", "absatz",
        "orders", "traffic", "visitors", "turnover", "amount", "sold",
    ]
    /// What is decided or known before its time.
    static let future: Set<String> = [
        "holiday", "promo", "promotion", "price", "discount", "event", "campaign", "workingday", "weekend", "feiertag",
        "aktion", "preis", "open", "closed", "planned", "scheduled", "holidays", "promotions", "events",
    ]
    /// What the time tells.
    static let calendar: Set<String> = [
        "hour", "hr", "weekday", "dayofweek", "dow", "month", "mnth", "year", "yr", "day", "dayofmonth", "dayofyear",
        "week", "weekofyear", "quarter", "minute", "season", "stunde", "wochentag", "monat", "jahr", "tag", "woche",
    ]

    /// The words of a name in small letters, parted by capitals and by all but letters and digits.
    static func parts(_ name: String) -> [String] {
        var parts: [String] = [], part = "", wasLower = false
        for character in name {
            let isWord = character.isLetter || character.isNumber
            if !isWord || character.isUppercase && wasLower {
                if !part.isEmpty { parts.append(part.lowercased()) }
                part = ""
            }
            if isWord { part.append(character) }
            wasLower = character.isLowercase
        }
        return part.isEmpty ? parts : parts + [part.lowercased()]
    }
}
