import JSON
import SequenceModels

/// The gradient pictures of a job, kept among its events: they outlive the process as those do.
enum GradientEvents {
    /// What the JSON of each begins with, and that of no other event.
    static let prefix = #"{"type":"gradients","#

    /// - Parameter epoch: 1-based.
    static func json(_ picture: GradientPicture, epoch: Int) -> JSONValue {
        [
            "type": "gradients", "step": .integer(picture.step), "epoch": .integer(epoch),
            "lags": JSONValue(picture.lags),
            "layers": JSONValue(picture.layers), "warning": JSONValue(picture.warning),
        ]
    }
}
