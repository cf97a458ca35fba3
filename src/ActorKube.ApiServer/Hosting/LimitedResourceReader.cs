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
    /// <exception cref="ConfigurationException">A key is unknown, or one that has to be there is not.</exception>
    public static LimitedResource Read(ObjectReader settings)
    {
        var limited = new LimitedResource(
            new GroupResource(settings.TextOr("api-group", ""), settings.Text("resource")),
            settings.Texts("match-contains"),
            [.. settings.Objects("match-scopes").Select(ReadScope)]);
        settings.End();
        return limited;
    }

    private static QuotaScope ReadScope(ObjectReader settings)
    {
        var scope = new QuotaScope(settings.Text("scope-name"), settings.TextOr("operator", QuotaScope.Exists), settings.Texts("values"));
        settings.End();
        return scope;
    }
}
