using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>An ingress that names no class gets the default one; of several the newest (upstream: <c>plugin/pkg/admission/network/defaultingressclass</c>).</summary>
internal sealed class DefaultIngressClass(ObjectLookup lookup) : IAdmissionPlugin
{
    // How ingresses named their class before there was a field; it still counts.
    private const string ClassAnnotation = "kubernetes.io/ingress.class";
    private const string DefaultAnnotation = "ingressclass.kubernetes.io/is-default-class";
    private static readonly GroupResource Ingresses = new("networking.k8s.io", "ingresses");
    private static readonly GroupResource Classes = new("networking.k8s.io", "ingressclasses");

    /// <inheritdoc/>
    public string Name => "DefaultIngressClass";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && served.Storage == Ingresses && subresource.Length == 0;

    /// <inheritdoc/>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var ingress = request.Object!;
        if (ingress.Object("spec")?["ingressClassName"] is not null || ingress.Object("metadata").Object("annotations")?.ContainsKey(ClassAnnotation) == true)
            return false;
        var defaults = (await lookup.AllAsync(request.Workspace, Classes, cancel)).Range(null, null).Where(IsDefault);
        if (defaults.OrderByDescending(static c => c.Head.Created).ThenBy(static c => c.Key.Name, StringComparer.Ordinal).FirstOrDefault() is not { } newest)
            return false;
        ingress.ObjectOrNew("spec")["ingressClassName"] = newest.Key.Name;
        return true;
    }

    private static bool IsDefault(StoredObject item) =>
        JsonDecoder.Decode(item.Json.Span, JsonLimits.Stored).RequireObject().Object("metadata").Object("annotations").Text(DefaultAnnotation) == "true";
}
