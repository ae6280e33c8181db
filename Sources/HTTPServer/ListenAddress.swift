/// Something to listen on.
package enum ListenAddress: Sendable, Equatable {
    /// `host` is a numeric address or `localhost`; `::` takes IPv4 clients too, unless `0.0.0.0` is listened on beside
    /// it. Port 0 lets the system choose.
    case tcp(host: String, port: UInt16)
    /// A Unix domain socket; `mode` says who may connect (0o660: owner and group).
    case unix(path: String, mode: UInt32)
    /// A listening socket that this process was started with.
    case inherited(descriptor: Int32)
}
