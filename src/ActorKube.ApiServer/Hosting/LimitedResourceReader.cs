using ActorKube.Api.Names;
using ActorKube.Api.Quotas;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.ApiServer.Hosting;

/// <summary>Reads a limited resource from its settings; <c>api-server.conf</c> explains them.</summary>
internal static class LimitedResourceReader
{
    /// <summary>Reads one.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, one that has to be there is not, or a value means nothing: a limit that never applies would be none.</exception>
    public static LimitedResource Read(ObjectReader settings)
    {
        var resource = new GroupResource(settings.TextOr("api-group", ""), settings.Text("resource"));
        if (QuotaEvaluators.Of(resource) is null)
            throw settings.Bad("resource", $"a resource that quotas count; {resource} is none");
        var limited = new LimitedResource(
            resource,
            settings.Texts("match-contains"),
            [.. settings.Objects("match-scopes").Select(ReadScope)]);
        settings.End();
        return limited;
    }

    private static QuotaScope ReadScope(ObjectReader settings)
    {
        var scope = new QuotaScope(
            settings.OneOf("scope-name", null, QuotaScope.Names), settings.OneOf("operator", QuotaScope.Exists, QuotaScope.Operators), settings.Texts("values"));
        if (scope.Operator is "In" or "NotIn" ? scope.Values.Count == 0 : scope.Values.Count > 0)
            throw settings.Bad("values", scope.Values.Count > 0 ? $"empty for the operator {scope.Operator}" : $"a list that is not empty for the operator {scope.Operator}");
        settings.End();
        return scope;
    }
}
