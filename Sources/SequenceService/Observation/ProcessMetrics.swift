import System

/// Facts of the process under the names that Prometheus's own clients use. What the system does not tell is left out.
enum ProcessMetrics {
    static func append(to text: inout PrometheusText) {
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let seconds =
                Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(
                    usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
            text.single("process_cpu_seconds_total", .counter, "CPU time, user and system.", seconds)
        }
        // One of the entries is the descriptor that reads them.
        let descriptors = ServiceDirectory.entries("/proc/self/fd").count
        if descriptors > 0 {
            text.single("process_open_fds", .gauge, "Open file descriptors.", Double(descriptors - 1))
        }
        if let pages = residentPages {
            text.single(
                "process_resident_memory_bytes", .gauge, "Resident memory.",
                Double(pages * sysconf(Int32(_SC_PAGESIZE))))
        }
    }

    /// The second number of `/proc/self/statm` (proc(5)).
    private static var residentPages: Int? {
        let words = (try? Files.start(of: "/proc/self/statm"))?.split(separator: " ") ?? []
        return words.count > 1 ? Int(words[1]) : nil
    }
}
