import SequenceService
import System
import Testing

/// Defaults follow the memory that there is, and the limits that an operator sets are compared with it.
@Suite struct MemoryShareTests {
    @Test func defaultsGrowWithTheMemoryUpToWhatIsOfUse() {
        let large = ServiceLimits(memoryBytes: 1 << 40), unknown = ServiceLimits(memoryBytes: nil)
        #expect(large == unknown)
        #expect(large.trainingMemoryBytesMax == 4 << 30 && large.modelCacheBytesMax == 1 << 30)
        let small = ServiceLimits(memoryBytes: 512 << 20)
        #expect(small.trainingMemoryBytesMax == (512 << 20) * 2 / 5)
        #expect(small.modelCacheBytesMax == 64 << 20 && small.predictMemoryBytesMax == 64 << 20)
        #expect(small.prefixCacheBytesMax == 8 << 20 && small.sessions.cacheBytesMax == 16 << 20)
    }

    /// A container of any size from 256 MiB on is not overdrawn by defaults.
    @Test func defaultsLeaveRoomForTheProcess() {
        for shift in 28...42 {
            let bytes = 1 << shift
            #expect(ServiceLimits(memoryBytes: bytes).memoryDoubt(.init(value: bytes * 19 / 20, source: "x")) == nil)
        }
    }

    @Test func limitsBeyondTheMemoryAreDoubted() throws {
        let memory = ControlGroups.Limit(value: 512 << 20, source: "/sys/fs/cgroup/memory.max")
        var limits = ServiceLimits(memoryBytes: memory.value)
        #expect(limits.memoryDoubt(memory) == nil && limits.memoryDoubt(nil) == nil)
        limits.trainingMemoryBytesMax = 1 << 30
        let doubt = try #require(limits.memoryDoubt(memory))
        for word in ["536870912", memory.source, "training_memory_bytes_max"] {
            #expect(doubt.contains(word), "\(doubt)")
        }
        limits.modelCacheBytesMax = .max
        #expect(limits.memoryDoubt(memory)?.contains("\(Int.max)") == true)
    }
}
