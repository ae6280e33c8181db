/// Names of months in English, German, French, Spanish, Italian, Portuguese and Dutch.
enum MonthNames {
    private static let names: [[String]] = [
        ["january", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari"],
        ["february", "februar", "février", "fevrier", "febrero", "febbraio", "fevereiro", "februari"],
        ["march", "märz", "maerz", "mars", "marzo", "março", "marco", "maart", "mrz", "mrt"],
        ["april", "avril", "abril", "aprile"], ["may", "mai", "mayo", "maggio", "maio", "mei"],
        ["june", "juni", "juin", "junio", "giugno", "junho"], ["july", "juli", "juillet", "julio", "luglio", "julho"],
        ["august", "août", "aout", "agosto", "augustus"],
        ["september", "septembre", "septiembre", "settembre", "setembro"],
        ["october", "oktober", "octobre", "octubre", "ottobre", "outubro"],
        ["november", "novembre", "noviembre", "novembro"],
        ["december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro"],
    ]

    /// 1 to 12 of a name, or of its first three letters and more, perhaps with a point; nil for what is not a month.
    /// Jui is June as well as July in French.
    static func number(_ text: some StringProtocol) -> Int? {
        var word = text.lowercased()
        if word.hasSuffix(".") { word.removeLast() }
        guard word.count >= 3, word != "jui" else { return nil }
        return names.firstIndex { $0.contains { $0.hasPrefix(word) } }.map { $0 + 1 }
    }
}
