import Kernels

extension Trainer {
    /// At the start, and at most ten times over a training, at the beginning of an epoch.
    var isPictureDue: Bool {
        hasPictures && !progress.refit && progress.step == 0 && progress.epoch % ((perStep.epochs + 9) / 10) == 0
    }

    /// Measures the picture on the step to come. The gradients of parameters that come with it are not used.
    func gradientPicture(_ position: StepPosition) -> GradientPicture? {
        let gradients = shardGradients[0]
        defer { gradients.zero() }
        return learner.hiddenGradients(position, gradients: gradients).map {
            GradientPicture(step: stepsDone, squares: $0.squares, settings: settings, readout: $0.readout)
        }
    }
}
