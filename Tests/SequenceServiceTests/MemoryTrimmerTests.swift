import SequenceService
import Testing

/// When free memory is given back to the system.
@Suite struct MemoryTrimmerTests {
    private let trims = ManualTrims()
    private let enough = MemoryTrimmer.freedSizeBytesMin

    /// The second pass finds what was in use at the first, though nobody says more.
    @Test func aPeakIsGivenBackInTwoPasses() {
        trims.trimmer.noteFreed(enough)
        #expect(trims.waitingCount == 1 && trims.passes == 0, "not before its delay")
        trims.run()
        #expect(trims.waitingCount == 1 && trims.passes == 1)
        trims.run()
        #expect(trims.waitingCount == 0 && trims.passes == 2, "and no third")
    }

    @Test func littleIsCollectedUntilItIsEnough() {
        for _ in 0..<3 { trims.trimmer.noteFreed(enough / 4) }
        #expect(trims.waitingCount == 0 && trims.trimmer.freedBytes == 3 * (enough / 4))
        trims.trimmer.noteFreed(enough)
        trims.run()
        #expect(trims.passes == 1 && trims.trimmer.freedBytes == 0)
        trims.trimmer.noteFreed(enough / 4)
        trims.run()
        #expect(trims.passes == 2 && trims.waitingCount == 0, "little does not go on for ever")
    }

    /// Under load there is one pass at a time, and the last comes after the load.
    @Test func loadIsFollowedByAPass() {
        for _ in 0..<5 {
            for _ in 0..<100 { trims.trimmer.noteFreed(enough) }
            #expect(trims.waitingCount == 1)
            trims.run()
        }
        #expect(trims.passes == 5 && trims.waitingCount == 1)
        trims.runAll()
        #expect(trims.passes == 6)
    }

    @Test func anEndWithoutASizeIsEnough() {
        trims.trimmer.noteMuchFreed()
        #expect(trims.waitingCount == 1)
        trims.trimmer.noteFreed(.max)
        trims.trimmer.noteMuchFreed()
        #expect(trims.waitingCount == 1 && trims.trimmer.freedBytes == .max, "no overflow")
    }
}
