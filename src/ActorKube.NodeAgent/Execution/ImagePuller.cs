using System.Globalization;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Execution;

/// <summary>Makes sure that a container's image is present, by its pull policy and with the pod's credentials.</summary>
internal sealed class ImagePuller(IContainerRuntime runtime, IPodReferences references, TimeProvider time, int parallelPulls) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(parallelPulls, parallelPulls);

    /// <summary>The image to create the container with.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="view">The container.</param>
    /// <param name="policy">Its pull policy; empty for the default.</param>
    /// <param name="sandbox">Configuration of its sandbox.</param>
    /// <param name="report">Receives upstream's events.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What to tell the runtime, and the image itself where it can be looked at.</returns>
    /// <exception cref="SetupException">With the waiting reason.</exception>
    public async ValueTask<(string Ref, ImageInfo? Image)> EnsureAsync(
        V1Pod pod, ContainerView view, string? policy, SandboxConfig sandbox, Action<PodEvent> report, CancellationToken cancel)
    {
        string name;
        try
        {
            name = ImageNames.WithTag(view.Image);
        }
        catch (SetupException invalid)
        {
            report(PodEvent.Warn("InspectFailed", invalid.Message, view));
            throw;
        }
        if (string.IsNullOrEmpty(policy))
            policy = ImageNames.DefaultPullPolicy(view.Image);
        if (policy != "Always")
        {
            if (await FindAsync(name, view, report, cancel) is { } present)
            {
                report(PodEvent.Normal("Pulled", $"Container image \"{view.Image}\" already present on machine and can be accessed by the pod", view));
                return (present.Id, present);
            }
            if (policy == "Never")
            {
                var message = $"Container image \"{view.Image}\" is not present with pull policy of Never";
                report(PodEvent.Warn("ErrImageNeverPull", message, view));
                throw new SetupException(WaitingReasons.ErrImageNeverPull, message);
            }
        }
        return await PullAsync(pod, name, view, sandbox, report, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async ValueTask<ImageInfo?> FindAsync(string name, ContainerView view, Action<PodEvent> report, CancellationToken cancel)
    {
        try
        {
            return await runtime.FindImageAsync(name, cancel);
        }
        catch (RuntimeException error)
        {
            var message = $"Failed to inspect image \"{view.Image}\": {error.Message}";
            report(PodEvent.Warn("InspectFailed", message, view));
            throw new SetupException(WaitingReasons.ImageInspectError, message);
        }
    }

    private async ValueTask<(string Ref, ImageInfo? Image)> PullAsync(
        V1Pod pod, string name, ContainerView view, SandboxConfig sandbox, Action<PodEvent> report, CancellationToken cancel)
    {
        report(PodEvent.Normal("Pulling", $"Pulling image \"{view.Image}\"", view));
        var asked = time.GetTimestamp();
        await _slots.WaitAsync(cancel);
        try
        {
            var began = time.GetTimestamp();
            var reference = await PullWithAsync(await CredentialsAsync(pod, name, report, cancel), name, sandbox, cancel);
            var image = await runtime.FindImageAsync(name, cancel);
            report(PodEvent.Normal(
                "Pulled",
                $"Successfully pulled image \"{view.Image}\" in {Milliseconds(time.GetElapsedTime(began))} ({Milliseconds(time.GetElapsedTime(asked))} including waiting). Image size: {image?.SizeBytes ?? 0} bytes.",
                view));
            return (reference, image);
        }
        catch (RuntimeException error)
        {
            report(PodEvent.Warn("Failed", $"Failed to pull image \"{view.Image}\": {error.Message}", view));
            throw new SetupException(WaitingReasons.ErrImagePull, error.Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<string> PullWithAsync(IReadOnlyList<ImageAuth> credentials, string name, SandboxConfig sandbox, CancellationToken cancel)
    {
        for (var i = 0; i < credentials.Count - 1; i++)
            try
            {
                return await runtime.PullImageAsync(name, credentials[i], sandbox, cancel);
            }
            catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.ImagePull)
            {
                // Several secrets may name the registry; the last one's failure is the one that is told.
            }
        return await runtime.PullImageAsync(name, credentials.Count > 0 ? credentials[^1] : null, sandbox, cancel);
    }

    private async ValueTask<IReadOnlyList<ImageAuth>> CredentialsAsync(V1Pod pod, string name, Action<PodEvent> report, CancellationToken cancel)
    {
        if (pod.Spec.ImagePullSecrets is not { Count: > 0 } names)
            return [];
        var secrets = new List<V1Secret>();
        var missing = new List<string>();
        foreach (var secret in names.Where(n => !string.IsNullOrEmpty(n.Name)))
            if (await references.FindSecretAsync(pod.Metadata.NamespaceProperty, secret.Name, cancel) is { } found)
                secrets.Add(found);
            else
                missing.Add(secret.Name);
        if (missing.Count > 0)
            report(PodEvent.Warn(
                "FailedToRetrieveImagePullSecret",
                $"Unable to retrieve some image pull secrets ({string.Join(", ", missing)}); attempting to pull the image may not succeed."));
        return Keyring.Of(secrets).For(name);
    }

    private static string Milliseconds(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMilliseconds}ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s");
}
