using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// The defaults of pods that depend on other fields (upstream: <c>SetDefaults_Pod</c>, <c>SetDefaults_PodSpec</c>, <c>SetDefaults_Container</c>,
/// <c>SetDefaults_Volume</c>). Fixed values come from the schema before.
/// </summary>
internal static class PodDefaults
{
    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    /// <summary>What holds for pods and not for templates.</summary>
    public static void Apply(JsonObject? spec)
    {
        if (spec is null)
            return;
        ApplyToTemplate(spec);
        foreach (var list in ContainerLists.AsSpan(0, 2))
            foreach (var (_, container) in spec.Items(list))
                RequestWhatIsLimited(container.Object("resources"));
        PodResourceDefaults.Apply(spec);
        if (spec.Bool("hostNetwork") == true)
            OpenHostPorts(spec);
        if (spec["enableServiceLinks"] is null)
            spec["enableServiceLinks"] = true;
    }

    /// <summary>What holds for the spec of a pod wherever it stands.</summary>
    public static void ApplyToTemplate(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var list in ContainerLists)
            foreach (var (_, container) in spec.Items(list))
            {
                if (string.IsNullOrEmpty(container.Text("imagePullPolicy")))
                    container["imagePullPolicy"] = ImageReference.DefaultPullPolicy(container.Text("image"));
                ResourceRounding.Apply(container.Object("resources"));
            }
        ResourceRounding.Apply(spec.Object("resources"));
        ResourceRounding.ApplyTo(spec.Object("overhead"));
        foreach (var (_, volume) in spec.Items("volumes"))
            CompleteVolume(volume);
        MirrorServiceAccount(spec);
    }

    /// <summary>The pod template of a workload.</summary>
    public static void ApplyToWorkload(JsonObject? workloadSpec) => ApplyToTemplate(workloadSpec.Object("template").Object("spec"));

    /// <summary>A pod has one address in the old field and all of them in the new one; where they differ, the old one counts (upstream: the conversion of <c>PodStatus</c>).</summary>
    public static void AlignAddresses(JsonObject status)
    {
        var first = (status.Array("podIPs") is { Count: > 0 } all ? all[0] as JsonObject : null).Text("ip");
        var single = status.Text("podIP");
        if (!string.IsNullOrEmpty(single) && single != first)
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = single });
        else if (string.IsNullOrEmpty(single) && !string.IsNullOrEmpty(first))
            status["podIP"] = first;
    }

    private static void RequestWhatIsLimited(JsonObject? resources)
    {
        if (resources.Object("limits") is not { Count: > 0 } limits)
            return;
        var requests = resources!.ObjectOrNew("requests");
        foreach (var (name, limit) in limits)
            if (!requests.ContainsKey(name))
                requests[name] = limit?.DeepClone();
    }

    private static void CompleteVolume(JsonObject volume)
    {
        // A volume that says nothing but its name is a directory of the pod's own.
        if (!volume.Any(static p => p.Key != "name" && p.Value is not null))
            volume["emptyDir"] = new JsonObject();
        else if (volume.Object("image") is { } image && string.IsNullOrEmpty(image.Text("pullPolicy")))
            image["pullPolicy"] = ImageReference.DefaultPullPolicy(image.Text("reference"));
    }

    private static void OpenHostPorts(JsonObject spec)
    {
        foreach (var list in ContainerLists.AsSpan(0, 2))
            foreach (var (_, container) in spec.Items(list))
                foreach (var (_, port) in container.Items("ports"))
                    if (port.Int64("hostPort") is null or 0 && port["containerPort"] is { } open)
                        port["hostPort"] = open.DeepClone();
    }

    // The old name of the field is kept in step with the new one, which wins.
    private static void MirrorServiceAccount(JsonObject spec)
    {
        var account = spec.Text("serviceAccountName") is { Length: > 0 } name ? name : spec.Text("serviceAccount");
        if (string.IsNullOrEmpty(account))
            return;
        spec["serviceAccountName"] = account;
        spec["serviceAccount"] = account;
    }
}
