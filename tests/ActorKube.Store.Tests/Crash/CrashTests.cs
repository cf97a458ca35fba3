using System.Diagnostics;
using ActorKube.Store.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ActorKube.Store.Tests.Crash;

[Trait("Category", "Crash")]
public sealed class CrashTests
{
    private const int UsualRounds = 25;

    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("ACTORKUBE_CRASH_ROUNDS"), out var rounds) ? rounds : UsualRounds;

    [Fact]
    public async Task Acknowledged_writes_and_watches_survive_kill_9()
    {
        using var directory = new TemporaryDirectory();
        var story = new CrashStory();
        // Seeded, so that a failing run can be repeated as nearly as a race allows.
        var random = new Random(4711);
        for (var round = 0; round < Rounds; round++)
        {
            var left = random.Next(1, 400);
            await RunUntilAsync(line => story.Take(line) && --left == 0, directory.Path, $"r{round}", story);
        }
        // What the last one was promised before it was killed is known from one more start.
        await RunUntilAsync(
            line =>
            {
                story.Take(line);
                return line.StartsWith("W ", StringComparison.Ordinal) && story.Watched >= story.Found;
            },
            directory.Path, "last", story);
        story.End();
        Assert.True(Rounds < UsualRounds || First(directory.Path) > 1, $"Nothing was compacted in {Rounds} rounds.");
    }

    private static long First(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "journal.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT min(sequence_number) FROM journal";
        return (long)command.ExecuteScalar()!;
    }

    private static async Task RunUntilAsync(Func<string, bool> isEnough, string directory, string prefix, CrashStory story)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, [directory, prefix, $"{story.Watched}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var isKilled = false;
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
            if (isEnough(line) && !isKilled)
            {
                process.Kill();
                isKilled = true;
            }
        await process.WaitForExitAsync();
        Assert.True(isKilled, $"The process of {prefix} ended by itself.");
    }

    // tests/ActorKube.Store.Tests/bin/{configuration}/{framework}/ -> tests/ActorKube.Store.CrashProcess/bin/{configuration}/{framework}/
    private static string Program =>
        Path.Combine(AppContext.BaseDirectory.Replace("ActorKube.Store.Tests", "ActorKube.Store.CrashProcess", StringComparison.Ordinal), "ActorKube.Store.CrashProcess");
}
