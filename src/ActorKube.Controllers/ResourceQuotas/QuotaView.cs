using ActorKube.Api.Objects;
using ActorKube.Api.Quotas;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>A quota in the cache.</summary>
internal sealed record QuotaView(Quota Quota) : IObjectView<QuotaView>
{
    public static QuotaView Project(StoredObject item) => new(Quota.Read(item.Edit()));
}
