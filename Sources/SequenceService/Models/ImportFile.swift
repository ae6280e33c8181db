package import Kernels
package import ModelFiles
package import SequenceModels

/// The tensors of a file that is imported: those that settings leave out are not looked at.
package struct ImportFile: Sendable {
    /// Tensors of numbers.
    package let read: [NamedTensor]
    /// Those left out, and those whose elements are none of a network.
    package let unread: [UnreadTensor]
    /// How many of `read` had more digits than we keep.
    private let roundedCount: Int

    /// - Parameter names: as the settings of an import have them; nil leaves a tensor out.
    package init(_ file: SafeTensorsFile, leavingOut names: [String: String?]) {
        var read: [NamedTensor] = []
        var unread: [UnreadTensor] = []
        var roundedCount = 0
        for entry in file.entries {
            if names[entry.name] != .some(.none), let tensor = file.tensor(entry) {
                read.append(tensor)
                roundedCount += entry.isExact ? 0 : 1
            } else {
                unread.append(
                    UnreadTensor(name: entry.name, type: entry.type, readTypes: SafeTensorsFile.readTypes))
            }
        }
        (self.read, self.unread, self.roundedCount) = (read, unread, roundedCount)
    }

    /// What a verdict adds where numbers were rounded; nil where every number is the file's.
    package var roundedNote: String? {
        roundedCount == 0
            ? nil
            : "64-bit weights were rounded to 32 bits (\(roundedCount) \(roundedCount == 1 ? "tensor" : "tensors"))"
    }
}
