using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What a process says of itself.</summary>
public sealed class LogLevels : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("", "--log-level information", "info: Akka.Cluster.", "dbug: ")]
    [InlineData("ACTORKUBE__LOG__LEVEL=debug", "", "dbug: Akka.", "info: Microsoft.AspNetCore")]
    [InlineData("ACTORKUBE__LOG__LEVEL=debug", "--log-level error --set actorkube.log.categories.\"Akka.Cluster\"=information", "info: Akka.Cluster.", "dbug: ")]
    public async Task A_process_says_what_its_settings_ask_for_on_standard_error(string environment, string arguments, string said, string unsaid)
    {
        await using var process = ActorKubeProcess.StartCommand(
            ["env", .. Words(environment), "dotnet", Path.Combine(AppContext.BaseDirectory, "actorkube.dll"), "up", "--runtime", "simulated", "--nodes", "1", "--port", "0", "--data", Path.Combine(_directory.Path, "data"), .. Words(arguments)], "");
        await process.LineAsync(said);
        await process.LineAsync("Ctrl-C stops");
        Assert.Contains(process.Errors, line => line.Contains(said, StringComparison.Ordinal));
        Assert.DoesNotContain(process.Errors, line => line.Contains(unsaid, StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
