using System.CommandLine;
using ActorKube.CommandLine;

namespace ActorKube.Tests.CommandLine;

public sealed class HelpTests
{
    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    [Fact]
    public void Every_command_option_and_argument_is_explained()
    {
        var silent = All(CommandTree.Build())
            .SelectMany(c => c.Options.Cast<Symbol>().Concat(c.Arguments).Append(c).Where(s => string.IsNullOrWhiteSpace(s.Description)).Select(s => $"{c.Name} {s.Name}"));
        Assert.Empty(silent);
    }
}
