#if canImport(Glibc)
import Glibc
#endif

/// How the C library keeps memory for this process.
enum ProcessMemory {
    private static let blockSizeBytesMin: Int32 = 256 << 10

    /// Gives large blocks back to the system as they are freed. glibc's own threshold grows with what is freed, until workspaces
    /// of tens of megabytes stay in the heap for good.
    static func returnLargeBlocks() {
        #if canImport(Glibc)
        _ = mallopt(M_MMAP_THRESHOLD, blockSizeBytesMin)
        #endif
    }
}
