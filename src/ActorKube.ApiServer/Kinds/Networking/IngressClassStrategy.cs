using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Networking;

/// <summary>IngressClass: who serves ingresses, which never changes (upstream: <c>ValidateIngressClass</c>).</summary>
internal sealed class IngressClassStrategy() : KindStrategy(ClusterScoped("networking.k8s.io/v1", "IngressClass", "ingressclasses").Counted())
{
    private const int MaxController = 250;
    private static readonly FieldPath Controller = FieldPath.Spec.Child("controller");
    private static readonly string[] Scopes = ["Cluster", "Namespace"];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => NetworkingColumns.Classes;

    /// <summary>Settings are the cluster's unless they say that they stand in a namespace.</summary>
    public override void Default(JsonObject obj)
    {
        if (obj.Object("spec").Object("parameters") is { } parameters && parameters["scope"] is null)
            parameters["scope"] = "Cluster";
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (FieldRules.Required(spec, "controller", FieldPath.Spec, errors) is { } controller)
        {
            if (Encoding.UTF8.GetByteCount(controller) > MaxController)
                errors.TooLong(Controller, MaxController);
            DomainPrefixed.CheckPath(controller, Controller, errors);
        }
        if (spec.Object("parameters") is { } parameters)
            CheckParameters(parameters, FieldPath.Spec.Child("parameters"), errors);
    }

    private static void CheckParameters(JsonObject parameters, FieldPath path, FieldErrors errors)
    {
        IngressBackendRules.CheckReference(parameters, path, errors);
        var (scope, space) = (parameters.Text("scope") ?? "", parameters.Text("namespace"));
        if (!Scopes.Contains(scope))
            errors.NotSupported(path.Child("scope"), scope, Scopes);
        else if (scope == "Cluster" && space is not null)
            errors.Forbidden(path.Child("namespace"), "`parameters.scope` is set to 'Cluster'");
        else if (scope == "Namespace" && space is null)
            errors.Required(path.Child("namespace"), "`parameters.scope` is set to 'Namespace'");
        else if (space is not null)
            errors.Invalid(path.Child("namespace"), space, DnsNames.Label(space));
    }
}
