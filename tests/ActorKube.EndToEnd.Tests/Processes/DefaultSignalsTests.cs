using System.Diagnostics;

namespace ActorKube.EndToEnd.Tests.Processes;

public sealed class DefaultSignalsTests
{
    private const int Interrupted = 128 + 2;

    [Fact]
    public async Task What_tests_start_can_be_interrupted_even_where_the_tests_are_a_background_job()
    {
        string[] interruptsItself = ["sh", "-c", "kill -INT $$; exit 0"];
        Assert.Equal(0, await RunAsBackgroundJobAsync(interruptsItself));
        var restored = DefaultSignals.Restored(interruptsItself);
        Assert.SkipWhen(restored.Length == interruptsItself.Length, "There is no env that knows --default-signal here.");
        Assert.Equal(Interrupted, await RunAsBackgroundJobAsync(restored));
    }

    // A shell without job control starts what is to run in the background like this.
    private static async Task<int> RunAsBackgroundJobAsync(string[] command)
    {
        using var shell = Process.Start("sh", ["-c", "trap '' INT QUIT; exec \"$@\"", "sh", .. command]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return shell.ExitCode;
    }
}
