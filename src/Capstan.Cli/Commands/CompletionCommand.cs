using System.CommandLine;

namespace Capstan.Cli.Commands;

/// <summary>Prints a script for the shell; the script asks the program itself, through its [suggest] directive.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # Completion of capstan for bash. Use: source <(capstan completion bash)
        _capstan() {
            local current="${COMP_WORDS[COMP_CWORD]}" line
            COMPREPLY=()
            while IFS= read -r line; do
                [[ $line == "$current"* ]] && COMPREPLY+=("$line")
            done < <(capstan "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _capstan capstan
        """;

    private const string Zsh =
        """
        #compdef capstan
        # Completion of capstan for zsh. Use: source <(capstan completion zsh)
        _capstan() {
            local -a words_found
            words_found=("${(@f)$(capstan "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            words_found=(${words_found:#})
            if (( ${#words_found} )); then
                compadd -a words_found
            fi
            _files
        }
        compdef _capstan capstan
        """;

    private const string Fish =
        """
        # Completion of capstan for fish. Use: capstan completion fish | source
        function __capstan_suggest
            set -l line (commandline -cp)
            capstan "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c capstan -a '(__capstan_suggest)'
        """;

    public static Command Create(CliEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return new Verb("completion", "Print a script that lets a shell complete capstan's commands and options.",
            """
            source <(capstan completion bash)
            capstan completion fish | source
            """)
        {
            shell,
        }.Does(environment, (run, parse) => run.Text.WriteLine(parse.GetRequiredValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
    }
}
