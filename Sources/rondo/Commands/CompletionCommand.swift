import ArgumentParser

/// `rondo completion SHELL`.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Prints the script with which a shell completes commands and options.",
        discussion: """
            bash: rondo completion bash > ~/.local/share/bash-completion/completions/rondo

            zsh: rondo completion zsh > ~/.zfunc/_rondo, with fpath+=(~/.zfunc) before compinit in ~/.zshrc

            fish: rondo completion fish > ~/.config/fish/completions/rondo.fish
            """)

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
    var shell: String

    func validate() throws {
        guard CompletionShell(rawValue: shell) != nil else {
            throw ValidationError("no completion for \"\(shell)\": bash, zsh or fish")
        }
    }

    func run() {
        guard let shell = CompletionShell(rawValue: shell) else { return }
        StandardOutput.write(Rondo.completionScript(for: shell) + "\n")
    }
}
