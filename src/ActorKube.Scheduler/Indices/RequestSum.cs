using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>
/// Adds up what a pod asks for (upstream: <c>resourcehelper.PodRequests</c>): containers and side-cars run together; init containers run one after the other, each beside
/// the side-cars started before it. The pod needs the larger of the two, plus its overhead. Requests of the pod itself take precedence.
/// <para>Worked example: containers 2 + 1 CPU, a side-car of 1, then an init container of 4: max(2 + 1 + 1, 1 + 4) = 5.</para>
/// </summary>
internal sealed class RequestSum
{
    // What a container that names no request (of 0, even) counts for when nodes are compared, so that not all of them end up on one node (upstream: DefaultMilliCPURequest, DefaultMemoryRequest).
    private const long AssumedMilliCpu = 100;
    private const long AssumedMemory = 200 * 1024 * 1024;

    private readonly ResourceAmounts _containers = new();
    private readonly ResourceAmounts _sidecars = new();
    private ResourceAmounts? _initPeak;
    private (long Cpu, long Memory) _assumedContainers;
    private (long Cpu, long Memory) _assumedSidecars;
    private (long Cpu, long Memory) _assumedPeak;

    /// <summary>Overhead of the pod's runtime class.</summary>
    public ResourceAmounts Overhead { get; set; } = ResourceAmounts.None;

    /// <summary>Requests of the pod as a whole.</summary>
    public ResourceAmounts PodLevel { get; set; } = ResourceAmounts.None;

    /// <summary>Adds a container that runs for the pod's whole life.</summary>
    public void AddContainer(ResourceAmounts requests)
    {
        _containers.Add(requests);
        _assumedContainers = Plus(_assumedContainers, Assumed(requests));
    }

    /// <summary>Adds the next init container.</summary>
    /// <param name="requests">Its requests.</param>
    /// <param name="sidecar">True when it keeps running (<c>restartPolicy: Always</c>).</param>
    public void AddInitContainer(ResourceAmounts requests, bool sidecar)
    {
        var together = _sidecars.Copy();
        together.Add(requests);
        (_initPeak ??= new ResourceAmounts()).RaiseTo(together);
        var assumed = Plus(_assumedSidecars, Assumed(requests));
        _assumedPeak = Larger(_assumedPeak, assumed);
        if (!sidecar)
            return;
        _sidecars.Add(requests);
        _assumedSidecars = assumed;
    }

    /// <summary>The pod's requests.</summary>
    public ResourceAmounts Requests()
    {
        var sum = _containers;
        if (_initPeak is not null)
        {
            sum = _containers.Copy();
            sum.Add(_sidecars);
            sum.RaiseTo(_initPeak);
        }
        return WithPodLevel(sum);
    }

    /// <summary>CPU (thousandths) and memory (bytes) with an assumed amount for every container that asks for none.</summary>
    public (long Cpu, long Memory) NonZero()
    {
        var sum = Larger(Plus(_assumedContainers, _assumedSidecars), _assumedPeak);
        if (PodLevel.MilliCpu > 0)
            sum.Cpu = PodLevel.MilliCpu;
        if (PodLevel.Memory > 0)
            sum.Memory = PodLevel.Memory;
        return Plus(sum, (Overhead.MilliCpu, Overhead.Memory));
    }

    /// <summary>Reads <c>resources.requests</c>, the property's value.</summary>
    public static ResourceAmounts ReadRequests(ref Utf8JsonReader reader)
    {
        var requests = ResourceAmounts.None;
        if (!reader.EnterObject())
            return requests;
        while (reader.NextField())
            if (reader.ValueTextEquals("requests"u8))
                requests = ResourceAmounts.Read(ref reader);
            else
                reader.Pass();
        return requests;
    }

    private ResourceAmounts WithPodLevel(ResourceAmounts sum)
    {
        if (PodLevel.IsNone && Overhead.IsNone)
            return sum;
        var whole = sum.Copy();
        if (PodLevel.MilliCpu > 0)
            whole.Set("cpu", PodLevel.MilliCpu);
        if (PodLevel.Memory > 0)
            whole.Set("memory", PodLevel.Memory);
        foreach (var (name, amount) in PodLevel.Scalars)
            whole.Set(name, amount);
        whole.Add(Overhead);
        return whole;
    }

    private static (long Cpu, long Memory) Assumed(ResourceAmounts requests) =>
        (requests.SaysCpu ? requests.MilliCpu : AssumedMilliCpu, requests.SaysMemory ? requests.Memory : AssumedMemory);

    private static (long Cpu, long Memory) Plus((long Cpu, long Memory) a, (long Cpu, long Memory) b) => (a.Cpu + b.Cpu, a.Memory + b.Memory);

    /// <summary>The larger of each.</summary>
    public static (long Cpu, long Memory) Larger((long Cpu, long Memory) a, (long Cpu, long Memory) b) => (Math.Max(a.Cpu, b.Cpu), Math.Max(a.Memory, b.Memory));
}
