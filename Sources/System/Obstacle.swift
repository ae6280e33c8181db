/// Why the system refuses for now what it may do later, without a restart.
package enum Obstacle: Sendable, Equatable {
    /// ENOSPC, EDQUOT: the disk is full, or the quota is used up.
    case full
    /// EROFS: the file system is read-only; often the kernel has made it so after an error of its own.
    case readOnly
    /// EMFILE, ENFILE: too many files are open.
    case descriptors

    /// nil for an errno that tells of another reason.
    package init?(errno code: Int32) {
        switch code {
        case ENOSPC, EDQUOT: self = .full
        case EROFS: self = .readOnly
        case EMFILE, ENFILE: self = .descriptors
        default: return nil
        }
    }
}
