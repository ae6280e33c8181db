extension SettingsRequest {
    /// The request that asks for exactly these settings, so that what is read from a file is checked as what a client
    /// sends.
    ///
    /// Left out is what a request cannot say: the 0 epochs of weights that were trained elsewhere, and the window of
    /// pairs, which are learned whole.
    init(_ settings: EffectiveSettings) {
        self.init(values: settings.values)
        if self.training.epochs == 0 { self.training.epochs = nil }
        if settings.task.isPaired { self.training.window = nil }
    }
}
