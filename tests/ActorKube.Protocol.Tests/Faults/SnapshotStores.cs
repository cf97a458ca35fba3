using System.Threading.Channels;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace ActorKube.Testing.Faults;

/// <summary>A snapshot that is to be saved.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Ended">Ends it well.</param>
public sealed record SaveAsked(long Revision, TaskCompletionSource Ended);

/// <summary>The snapshots that were to be saved.</summary>
public sealed class SavesAsked : Setup
{
    public Channel<SaveAsked> Asked { get; } = Channel.CreateUnbounded<SaveAsked>();

    /// <summary>Settings of the store as <c>akka.persistence.snapshot-store.silent</c>.</summary>
    public static Config Plugin => ConfigurationFactory.ParseString(
        $$"""
        akka.persistence.snapshot-store.silent {
          class = "{{typeof(SilentSnapshotStore).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          circuit-breaker { max-failures = 100, call-timeout = 1h, reset-timeout = 1s }
        }
        """);
}

/// <summary>A snapshot store that has nothing and does not say whether it has saved something until a test has it do so.</summary>
public sealed class SilentSnapshotStore : FullSnapshotStore
{
    private readonly SavesAsked _saves = Context.System.Settings.Setup.Get<SavesAsked>().Value;

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _saves.Asked.Writer.TryWrite(new SaveAsked(metadata.SequenceNr, ended));
        return ended.Task;
    }
}

/// <summary>A snapshot store that has nothing and takes nothing.</summary>
public class FullSnapshotStore : SnapshotStore
{
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.FromResult<SelectedSnapshot>(null!);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken) => throw new IOException("the disk is full");

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) => Task.CompletedTask;
}
