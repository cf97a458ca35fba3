using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Sets up the volumes of a pod one after the other; one that cannot be had does not keep the others from being made and told of.</summary>
internal static class VolumeSteps
{
    /// <summary>Does something for every volume.</summary>
    /// <exception cref="MountException">It failed for some of them.</exception>
    public static async ValueTask EachAsync(IEnumerable<V1Volume> volumes, Func<V1Volume, ValueTask> step)
    {
        var failures = ImmutableArray.CreateBuilder<MountFailure>();
        foreach (var volume in volumes)
            try
            {
                await step(volume);
            }
            catch (SetupException error)
            {
                failures.Add(MountFailure.Of(volume.Name, error));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ApiException)
            {
                failures.Add(MountFailure.Of(volume.Name, VolumeKinds.Failure(volume.Name, error.Message)));
            }
        if (failures.Count > 0)
            throw new MountException(failures.ToImmutable());
    }
}
