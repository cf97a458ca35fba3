using k8s.Models;

namespace ActorKube.NodeAgent.Pods;

internal ref partial struct PodReader
{
    private V1PodSpec Spec()
    {
        var start = _json;
        var spec = new V1PodSpec();
        while (Next())
        {
            if (Is("containers"u8)) spec.Containers = List(static (ref r) => r.Container());
            else if (Is("initContainers"u8)) spec.InitContainers = List(static (ref r) => r.Container());
            else if (Is("volumes"u8)) spec.Volumes = List(static (ref r) => r.Volume());
            else if (Is("nodeName"u8)) spec.NodeName = Text();
            else if (Is("restartPolicy"u8)) spec.RestartPolicy = Text();
            else if (Is("dnsPolicy"u8)) spec.DnsPolicy = Text();
            else if (Is("enableServiceLinks"u8)) spec.EnableServiceLinks = Flag();
            else if (Is("hostNetwork"u8)) spec.HostNetwork = Flag();
            else if (Is("hostname"u8)) spec.Hostname = Text();
            else if (Is("subdomain"u8)) spec.Subdomain = Text();
            else if (Is("nodeSelector"u8)) spec.NodeSelector = Map(static (ref r) => r.Here());
            else if (Is("preemptionPolicy"u8)) spec.PreemptionPolicy = Text();
            else if (Is("priority"u8)) spec.Priority = Int();
            else if (Is("priorityClassName"u8)) spec.PriorityClassName = Text();
            else if (Is("schedulerName"u8)) spec.SchedulerName = Text();
            else if (Is("securityContext"u8)) spec.SecurityContext = Rare<V1PodSecurityContext>();
            else if (Is("affinity"u8)) spec.Affinity = Rare<V1Affinity>();
            else if (Is("serviceAccount"u8)) spec.ServiceAccount = Text();
            else if (Is("serviceAccountName"u8)) spec.ServiceAccountName = Text();
            else if (Is("automountServiceAccountToken"u8)) spec.AutomountServiceAccountToken = Flag();
            else if (Is("terminationGracePeriodSeconds"u8)) spec.TerminationGracePeriodSeconds = Number();
            else if (Is("activeDeadlineSeconds"u8)) spec.ActiveDeadlineSeconds = Number();
            else if (Is("tolerations"u8)) spec.Tolerations = List(static (ref r) => r.Toleration());
            else return Whole<V1PodSpec>(start);
        }
        return spec;
    }

    private V1Toleration Toleration()
    {
        var start = _json;
        var toleration = new V1Toleration();
        while (Next())
        {
            if (Is("key"u8)) toleration.Key = Text();
            else if (Is("operator"u8)) toleration.OperatorProperty = Text();
            else if (Is("value"u8)) toleration.Value = Text();
            else if (Is("effect"u8)) toleration.Effect = Text();
            else if (Is("tolerationSeconds"u8)) toleration.TolerationSeconds = Number();
            else return Whole<V1Toleration>(start);
        }
        return toleration;
    }

    private V1Container Container()
    {
        var start = _json;
        var container = new V1Container();
        while (Next())
        {
            if (Is("name"u8)) container.Name = Text();
            else if (Is("image"u8)) container.Image = Text();
            else if (Is("imagePullPolicy"u8)) container.ImagePullPolicy = Text();
            else if (Is("command"u8)) container.Command = List(static (ref r) => r.Here());
            else if (Is("args"u8)) container.Args = List(static (ref r) => r.Here());
            else if (Is("workingDir"u8)) container.WorkingDir = Text();
            else if (Is("env"u8)) container.Env = List(static (ref r) => r.Variable());
            else if (Is("ports"u8)) container.Ports = List(static (ref r) => r.Port());
            else if (Is("resources"u8)) container.Resources = Object(static (ref r) => r.Resources());
            else if (Is("restartPolicy"u8)) container.RestartPolicy = Text();
            else if (Is("terminationMessagePath"u8)) container.TerminationMessagePath = Text();
            else if (Is("terminationMessagePolicy"u8)) container.TerminationMessagePolicy = Text();
            else if (Is("volumeMounts"u8)) container.VolumeMounts = List(static (ref r) => r.Mount());
            else if (Is("securityContext"u8)) container.SecurityContext = Rare<V1SecurityContext>();
            else if (Is("lifecycle"u8)) container.Lifecycle = Rare<V1Lifecycle>();
            else if (Is("livenessProbe"u8)) container.LivenessProbe = Rare<V1Probe>();
            else if (Is("readinessProbe"u8)) container.ReadinessProbe = Rare<V1Probe>();
            else if (Is("startupProbe"u8)) container.StartupProbe = Rare<V1Probe>();
            else return Whole<V1Container>(start);
        }
        return container;
    }

    private V1EnvVar Variable()
    {
        var start = _json;
        var variable = new V1EnvVar();
        while (Next())
        {
            if (Is("name"u8)) variable.Name = Text();
            else if (Is("value"u8)) variable.Value = Text();
            else if (Is("valueFrom"u8)) variable.ValueFrom = Rare<V1EnvVarSource>();
            else return Whole<V1EnvVar>(start);
        }
        return variable;
    }

    private V1ContainerPort Port()
    {
        var start = _json;
        var port = new V1ContainerPort();
        while (Next())
        {
            if (Is("name"u8)) port.Name = Text();
            else if (Is("containerPort"u8)) port.ContainerPort = Int() ?? 0;
            else if (Is("hostPort"u8)) port.HostPort = Int();
            else if (Is("hostIP"u8)) port.HostIP = Text();
            else if (Is("protocol"u8)) port.Protocol = Text();
            else return Whole<V1ContainerPort>(start);
        }
        return port;
    }

    private V1ResourceRequirements Resources()
    {
        var start = _json;
        var resources = new V1ResourceRequirements();
        while (Next())
        {
            if (Is("limits"u8)) resources.Limits = Map(static (ref r) => new ResourceQuantity(r.Here()));
            else if (Is("requests"u8)) resources.Requests = Map(static (ref r) => new ResourceQuantity(r.Here()));
            else return Whole<V1ResourceRequirements>(start);
        }
        return resources;
    }

    private V1VolumeMount Mount()
    {
        var start = _json;
        var mount = new V1VolumeMount();
        while (Next())
        {
            if (Is("name"u8)) mount.Name = Text();
            else if (Is("mountPath"u8)) mount.MountPath = Text();
            else if (Is("subPath"u8)) mount.SubPath = Text();
            else if (Is("readOnly"u8)) mount.ReadOnlyProperty = Flag();
            else return Whole<V1VolumeMount>(start);
        }
        return mount;
    }
}
