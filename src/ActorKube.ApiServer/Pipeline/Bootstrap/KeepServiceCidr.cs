using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Kinds;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Recording;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>
/// The configured range of service addresses as an object: made where it is missing, said to be ready where nothing is said, and left alone where it is another or somebody says that it is not
/// ready, which people are told once. Upstream: <c>pkg/controlplane/controller/defaultservicecidr</c>.
/// </summary>
/// <param name="addresses">The configured range.</param>
/// <param name="time">The clock of conditions.</param>
/// <param name="tell">Takes what people are told.</param>
internal sealed class KeepServiceCidr(AddressRange addresses, TimeProvider time, Action<EventSpec> tell) : IBootstrapStep
{
    private const string Failure = "KubernetesDefaultServiceCIDRError";
    private static readonly GroupVersionKind Kind = new("networking.k8s.io", "v1", "ServiceCIDR");
    private static readonly ObjectAddress Address = new(new("networking.k8s.io", "v1", "servicecidrs"), "", "kubernetes");

    private bool _toldOfOthers;
    private bool _toldUnready;

    /// <inheritdoc/>
    public async Task RunAsync(IResourceClient client, CancellationToken cancel)
    {
        var stored = await client.FindAsync(Address, cancel);
        if (stored is null)
        {
            await CreateAsync(client, cancel);
            stored = await client.FindAsync(Address, cancel);
        }
        if (stored is { Head.Deleted: null })
            await LookAfterAsync(client, stored, cancel);
    }

    private async Task CreateAsync(IResourceClient client, CancellationToken cancel)
    {
        var range = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = Address.Name },
            ["spec"] = new JsonObject { ["cidrs"] = new JsonArray(addresses.Network.ToString()) },
        };
        try
        {
            await EnsureObjects.CreateAsync(client, Address, range, cancel);
        }
        catch (ApiException)
        {
            tell(EventSpec.Warn(new ObjectReference(Kind, new ObjectKey("", Address.Name), ""), Failure, "The default ServiceCIDR can not be created"));
            throw;
        }
    }

    private async Task LookAfterAsync(IResourceClient client, StoredObject stored, CancellationToken cancel)
    {
        var tree = JsonDecoder.Decode(stored.Json.Span, JsonLimits.Stored).RequireObject();
        var cidrs = tree.Object("spec").Texts("cidrs").ToList();
        var ready = tree.Object("status").Objects("conditions").FirstOrDefault(static c => c.Text("type") == "Ready");
        if (cidrs is not [var only] || only != addresses.Network.ToString())
            Once(ref _toldOfOthers, stored, "KubernetesDefaultServiceCIDRInconsistent",
                $"The default ServiceCIDR [{string.Join(' ', cidrs)}] does not match the controller flag configurations [{addresses.Network}]");
        else if (ready?.Text("status") == "False")
            Once(ref _toldUnready, stored, ready.Text("reason") ?? "", $"Configuration matches, but {ready.Text("message")}");
        else if (ready?.Text("status") != "True")
            await SayReadyAsync(client, stored, cancel);
    }

    private async Task SayReadyAsync(IResourceClient client, StoredObject stored, CancellationToken cancel)
    {
        var condition = new JsonObject
        {
            ["type"] = "Ready",
            ["status"] = "True",
            ["lastTransitionTime"] = KubeTime.Format(time.GetUtcNow()),
            ["reason"] = "",
            ["message"] = "Kubernetes default Service CIDR is ready",
        };
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = stored.Head.Uid }, ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) } };
        try
        {
            await client.PatchAsync(Address with { Subresource = "status" }, PatchType.StrategicMerge, JsonEncoder.Encode(patch), null, cancel);
        }
        catch (ApiException e) when (!e.Is(StatusReason.NotFound))
        {
            tell(Warning(stored, Failure, "The default ServiceCIDR Status can not be set to Ready=True"));
        }
        catch (ApiException)
        {
            // Somebody deleted it meanwhile; the next round makes it again.
        }
    }

    private void Once(ref bool told, StoredObject stored, string reason, string message)
    {
        if (!told)
            tell(Warning(stored, reason, message));
        told = true;
    }

    private static EventSpec Warning(StoredObject stored, string reason, string message) => EventSpec.Warn(ObjectReference.To(Kind, stored), reason, message);
}
