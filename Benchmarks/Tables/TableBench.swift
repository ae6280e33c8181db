// Reads tables as `rondo train` does, and says how fast and how it understood them:
//
//     swift run -c release table-bench FILE...
//
// For each file: rows, columns, MB/s by the processor's time, the dialect, the memory of the process at most; then the
// roles of the columns or the question that is left, and the time and memory that its records took.
import JSON
import System
import Tables

/// Seconds of the processor, and memory that the process had at most.
func usage() -> (seconds: Double, peakMegabytes: Int) {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return (0, 0) }
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(microseconds) * 1e-6
    return (seconds, usage.ru_maxrss / 1000)
}

func words(_ began: (cpu: Double, wall: Double)) -> String {
    let now = usage(), wall = Clock.monotonicSeconds() - began.wall
    return "cpu \(rounded(now.seconds - began.cpu)) s, wall \(rounded(wall)) s, at most \(now.peakMegabytes) MB"
}

func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }

func show(_ path: String) throws {
    let file = try FileDescriptor.open(path, 0), status = try file.status(path), sizeBytes = Int(status.st_size)
    let began = (cpu: usage().seconds, wall: Clock.monotonicSeconds())
    var builder = TableBuilder(sizeBytes: sizeBytes)
    while true {
        let piece = try file.read(sizeBytesMax: 1 << 18, path)
        if piece.isEmpty { break }
        try builder.feed(piece)
    }
    let table = try builder.finish(), rate = Int(Double(sizeBytes) / 1e6 / (usage().seconds - began.cpu))
    let separator = Character(Unicode.Scalar(table.dialect.separator))
    print(
        "\(path): \(table.rowCount) rows, \(table.columns.count) columns, \(rate) MB/s, \(words(began)), separator "
            + "\(separator), header \(table.dialect.hasHeader)")
    for doubt in table.doubts { print("  ? \(doubt.option): \(doubt.question)") }
    let parted = (cpu: usage().seconds, wall: Clock.monotonicSeconds())
    do throws(TableDoubt) {
        let roles = try RoleFinder.roles(of: table, RoleRequest())
        print("  \(roles.text)")
        let records = (try? TableSeries(table, roles).records()) ?? []
        print("  \(records.count) series, \(words(parted)): \(records.first?.text.prefix(160) ?? "")")
    } catch {
        print("  ? \(error) (\(words(parted)))")
    }
}

for path in CommandLine.arguments.dropFirst() {
    do {
        try show(path)
    } catch {
        print("\(path): \(error)")
    }
}
