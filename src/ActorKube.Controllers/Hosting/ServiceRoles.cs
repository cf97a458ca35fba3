namespace ActorKube.Controllers.Hosting;

/// <summary>The roles of the controllers of services.</summary>
internal static class ServiceRoles
{
    public static readonly ControllerRole EndpointSlice = new("endpointslice-controller",
    [
        PolicyRule.Of("get list watch", "-", "services pods nodes"),
        PolicyRule.Of("update", "-", "services/finalizers"),
        PolicyRule.Of("get list watch create update delete", "discovery.k8s.io", "endpointslices"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Endpoints = new("endpoint-controller",
    [
        PolicyRule.Of("get list watch", "-", "services pods"),
        PolicyRule.Of("get list watch create update delete", "-", "endpoints"),
        PolicyRule.Of("create", "-", "endpoints/restricted"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole Mirroring = new("endpointslicemirroring-controller",
    [
        PolicyRule.Of("get list watch", "-", "services endpoints"),
        PolicyRule.Of("update", "-", "services/finalizers"),
        PolicyRule.Of("update", "-", "endpoints/finalizers"),
        PolicyRule.Of("get list watch create update delete", "discovery.k8s.io", "endpointslices"),
        PolicyRule.Events,
    ]);

    public static readonly ControllerRole ServiceCidr = new("service-cidrs-controller",
    [
        PolicyRule.Of("get list watch patch update", "networking.k8s.io", "servicecidrs"),
        PolicyRule.Of("patch update", "networking.k8s.io", "servicecidrs/finalizers"),
        PolicyRule.Of("patch update", "networking.k8s.io", "servicecidrs/status"),
        PolicyRule.Of("get list watch", "networking.k8s.io", "ipaddresses"),
        PolicyRule.Events,
    ]);
}
