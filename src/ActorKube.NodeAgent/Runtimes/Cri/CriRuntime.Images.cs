using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

internal sealed partial class CriRuntime
{
    /// <inheritdoc/>
    public async Task<string> PullImageAsync(string image, ImageAuth? auth, SandboxConfig? sandbox, CancellationToken cancel)
    {
        var request = new V1.PullImageRequest { Image = Spec(image), Auth = auth?.ToWire(), SandboxConfig = sandbox?.ToWire() };
        return (await CallAsync(_images.PullImageAsync, request, _options.PullTimeout, CriErrors.TranslatePull, cancel)).ImageRef;
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> FindImageAsync(string image, CancellationToken cancel) =>
        (await CallAsync(_images.ImageStatusAsync, new V1.ImageStatusRequest { Image = Spec(image) }, cancel)).Image?.FromWire();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ImageInfo>> ListImagesAsync(CancellationToken cancel) =>
        [.. (await CallAsync(_images.ListImagesAsync, new V1.ListImagesRequest(), cancel)).Images.Select(CriResponses.FromWire)];

    /// <inheritdoc/>
    public Task RemoveImageAsync(string image, CancellationToken cancel) =>
        IgnoreNotFoundAsync(CallAsync(_images.RemoveImageAsync, new V1.RemoveImageRequest { Image = Spec(image) }, cancel));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(ContainerFilter filter, CancellationToken cancel)
    {
        var wire = new V1.ContainerStatsFilter { Id = filter.Id ?? "", PodSandboxId = filter.SandboxId ?? "" };
        wire.LabelSelector.Set(filter.Labels);
        var answer = await CallAsync(_runtime.ListContainerStatsAsync, new V1.ListContainerStatsRequest { Filter = wire }, cancel);
        return [.. answer.Stats.Select(CriStats.FromWire)];
    }

    private static V1.ImageSpec Spec(string image) => new() { Image = image };
}
