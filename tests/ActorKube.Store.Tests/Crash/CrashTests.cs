using System.Diagnostics;
using ActorKube.Store.Tests.Support;

namespace ActorKube.Store.Tests.Crash;

[Trait("Category", "Crash")]
public sealed class CrashTests
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("ACTORKUBE_CRASH_ROUNDS"), out var rounds) ? rounds : 25;

    [Fact]
    public async Task Acknowledged_writes_and_watches_survive_kill_9()
    {
        using var directory = new TemporaryDirectory();
        var acknowledged = new Dictionary<string, long>();
        var watched = new List<(string Name, long Revision)>();
        // Seeded, so that a failing run can be repeated as nearly as a race allows.
        var random = new Random(4711);
        for (var round = 0; round < Rounds; round++)
        {
            var listed = new Dictionary<string, long>();
            var before = acknowledged.Count;
            var highest = acknowledged.Values.DefaultIfEmpty(1).Max();
            await RunUntilKilled(directory.Path, $"r{round}", watched.Count == 0 ? 1 : watched[^1].Revision, random.Next(1, 400), (kind, name, revision) =>
            {
                switch (kind)
                {
                    case 'L':
                        listed.Add(name, revision);
                        break;
                    case 'A':
                        Assert.True(revision > highest, $"Revision {revision} was given out again in round {round}.");
                        acknowledged.Add(name, revision);
                        break;
                    case 'W':
                        watched.Add((name, revision));
                        break;
                }
            });
            foreach (var (name, revision) in acknowledged.Take(before))
                Assert.True(listed.TryGetValue(name, out var found) && found == revision, $"{name}, acknowledged at {revision}, is lost in round {round}.");
        }
        Assert.Equal(acknowledged.Count, acknowledged.Values.Distinct().Count());
        Assert.Equal(Enumerable.Range(2, watched.Count).Select(r => (long)r), watched.Select(w => w.Revision));
        foreach (var (name, revision) in watched)
            Assert.True(!acknowledged.TryGetValue(name, out var promised) || promised == revision, $"{name} was seen at {revision}.");
    }

    private static async Task RunUntilKilled(string directory, string prefix, long watchFrom, int acknowledgements, Action<char, string, long> line)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, [directory, prefix, $"{watchFrom}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var left = acknowledgements;
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } text)
        {
            // The last line may have been cut off by the kill.
            if (text.Split(' ') is not [{ Length: 1 } kind, var name, var number] || !long.TryParse(number, out var revision))
                continue;
            line(kind[0], name, revision);
            if (kind == "A" && --left == 0)
                process.Kill();
        }
        await process.WaitForExitAsync();
        Assert.True(left <= 0, $"The process ended by itself, {left} acknowledgements early.");
    }

    // tests/ActorKube.Store.Tests/bin/{configuration}/{framework}/ -> tests/ActorKube.Store.CrashProcess/bin/{configuration}/{framework}/
    private static string Program =>
        Path.Combine(AppContext.BaseDirectory.Replace("ActorKube.Store.Tests", "ActorKube.Store.CrashProcess", StringComparison.Ordinal), "ActorKube.Store.CrashProcess");
}
