// Reads tables as `rondo train` does, and says how fast and how it understood them:
//
//     swift run -c release table-bench FILE...
//
// For each file: rows, columns, MB/s, the dialect, and the roles of the columns or the question that is left.
import Foundation
import JSON
import Tables

for path in CommandLine.arguments.dropFirst() {
    guard let file = FileHandle(forReadingAtPath: path) else {
        print("\(path): cannot be read")
        continue
    }
    let began = ContinuousClock.now
    var builder = TableBuilder(), sizeBytes = 0
    do throws(TableError) {
        while true {
            let piece = file.readData(ofLength: 1 << 18)
            if piece.isEmpty { break }
            sizeBytes += piece.count
            try builder.feed([UInt8](piece))
        }
        let table = try builder.finish()
        let seconds =
            Double((ContinuousClock.now - began).components.attoseconds) / 1e18
            + Double((ContinuousClock.now - began).components.seconds)
        let rate = Int(Double(sizeBytes) / 1e6 / seconds)
        let separator = Character(Unicode.Scalar(table.dialect.separator))
        print(
            "\(path): \(table.rowCount) rows, \(table.columns.count) columns, \(rate) MB/s, "
                + "separator \(separator), header \(table.dialect.hasHeader)")
        for doubt in table.doubts { print("  ? \(doubt.option): \(doubt.question)") }
        do throws(TableDoubt) {
            let roles = try RoleFinder.roles(of: table, RoleRequest())
            print("  \(roles.text)")
            let began = ContinuousClock.now
            let records = (try? TableSeries(table, roles).records()) ?? []
            print("  \(records.count) series, \(ContinuousClock.now - began): \(records.first?.text.prefix(160) ?? "")")
        } catch {
            print("  ? \(error)")
        }
    } catch {
        print("\(path): \(error)")
    }
}
