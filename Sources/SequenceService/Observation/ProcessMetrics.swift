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
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.single("process_max_fds", .gauge, "Allowed file descriptors.", Double(limit.rlim_cur))
        }
        let pages = memoryPages, pageBytes = sysconf(Int32(_SC_PAGESIZE))
        if pages.count > 1 {
            text.single(
                "process_virtual_memory_bytes", .gauge, "Virtual memory.", Double(pages[0]) * Double(pageBytes))
            text.single("process_resident_memory_bytes", .gauge, "Resident memory.", Double(pages[1] * pageBytes))
        }
    }

    /// `/proc/self/statm` (proc(5)): pages of virtual and of resident memory, and more.
    private static var memoryPages: [Int] {
        (try? Files.start(of: "/proc/self/statm"))?.split(separator: " ").compactMap { Int($0) } ?? []
    }
}
