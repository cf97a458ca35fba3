namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class StorageKindTests
{
    private const string Class = "storage.k8s.io/v1/storageclasses";
    private const string Good = """ "accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}} """;
    private const string GoodVolume = """ "accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"} """;
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string HostPath = """ "hostPath":{"path":"/a"} """;

    private static string Claim(string spec, string phase = "Bound") => $$$"""{"metadata":{"name":"c"},"spec":{{{{spec}}}},"status":{"phase":"{{{phase}}}","capacity":{"storage":"1Gi"} } }""";

    private static string Volume(string spec) => $$$"""{"metadata":{"name":"v"},"spec":{{{{spec}}}}}""";

    [Theory]
    [InlineData("\"accessModes\":[\"ReadWriteOnce\"]", "spec.resources[storage]: Required value")]
    [InlineData("\"resources\":{\"requests\":{\"storage\":\"1Gi\"}}", "spec.accessModes: Required value: at least 1 access mode is required")]
    [InlineData("\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"0\"}}", "spec.resources[storage]: Invalid value: \"0\": must be greater than zero")]
    [InlineData("\"accessModes\":[\"ReadWriteOnce\",\"ReadWriteOncePod\"],\"resources\":{\"requests\":{\"storage\":\"1\"}}", "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes")]
    [InlineData(Good + ",\"storageClassName\":\"A\"", "spec.storageClassName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData(Good + ",\"dataSourceRef\":{\"kind\":\"Widget\",\"name\":\"a\"}", "spec.dataSourceRef: Invalid value: \"Widget\": must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
    [InlineData(Good + ",\"dataSource\":{\"kind\":\"PersistentVolumeClaim\",\"name\":\"a\"},\"dataSourceRef\":{\"kind\":\"PersistentVolumeClaim\",\"name\":\"b\"}", "spec: Invalid value: \"spec.dataSource\": must match dataSourceRef")]
    public void A_bad_claim_is_refused_in_upstreams_words(string spec, string fault) => Assert.Equal([fault], KindBench.Faults("persistentvolumeclaims", Claim(spec)));

    [Theory]
    [InlineData("", "\"volumeName\":\"v\"", "Pending", null)]
    [InlineData("\"volumeName\":\"v\"", "\"volumeName\":\"w\"", "Pending", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n  changed: spec.volumeName")]
    [InlineData("", "\"storageClassName\":\"fast\"", "Pending", null)]
    [InlineData("\"storageClassName\":\"slow\"", "\"storageClassName\":\"fast\"", "Pending", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n  changed: spec.storageClassName")]
    [InlineData("", "\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}", "Bound", null)]
    [InlineData("", "\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}", "Pending", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n  changed: spec.resources")]
    [InlineData("", "\"resources\":{\"requests\":{\"storage\":\"1Mi\"}}", "Bound", "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity")]
    [InlineData("\"resources\":{\"requests\":{\"storage\":\"4Gi\"}}", "\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}", "Bound", null)]
    [InlineData("\"volumeAttributesClassName\":\"gold\"", "\"volumeAttributesClassName\":\"silver\"", "Bound", null)]
    [InlineData("\"volumeAttributesClassName\":\"gold\"", "\"volumeAttributesClassName\":\"\"", "Bound", null)]
    [InlineData("\"volumeAttributesClassName\":\"gold\"", "\"volumeAttributesClassName\":null", "Bound", null)]
    [InlineData("\"volumeAttributesClassName\":\"gold\"", "\"volumeAttributesClassName\":\"silver\"", "Pending", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n  changed: spec.volumeAttributesClassName")]
    [InlineData("", "\"accessModes\":[\"ReadWriteMany\"]", "Bound", "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n  changed: spec.accessModes")]
    public void A_claim_changes_as_far_as_upstream_lets_it(string before, string after, string phase, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], KindBench.UpdateFaults("persistentvolumeclaims", Claim(Merged(Good, before), phase), Claim(Merged(Good, before, after), phase)));

    [Theory]
    [InlineData("\"silver\"", null)]
    [InlineData("null", "update to nil is forbidden when status.currentVolumeAttributesClassName is not nil")]
    [InlineData("\"\"", "update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil")]
    public void Attributes_that_a_volume_was_given_can_only_be_exchanged(string after, string? fault)
    {
        var before = Claim(Merged(Good, "\"volumeAttributesClassName\":\"gold\""), "Bound").Replace("\"phase\":\"Bound\"", "\"phase\":\"Bound\",\"currentVolumeAttributesClassName\":\"gold\"", StringComparison.Ordinal);
        Assert.Equal(fault is null ? [] : [$"spec.volumeAttributesClassName: Forbidden: {fault}"],
            KindBench.UpdateFaults("persistentvolumeclaims", before, before.Replace("\"volumeAttributesClassName\":\"gold\"", $"\"volumeAttributesClassName\":{after}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"accessModes\":[\"ReadWriteOnce\"]," + HostPath, "spec.capacity: Required value", "spec.capacity: Unsupported value: \"map[]\": supported values: \"storage\"")]
    [InlineData(GoodVolume, "spec: Required value: must specify a volume type")]
    [InlineData(GoodVolume + "," + HostPath + ",\"nfs\":{\"path\":\"/a\",\"server\":\"s\"}", "spec.nfs: Forbidden: may not specify more than 1 volume type")]
    [InlineData(GoodVolume + ",\"hostPath\":{\"path\":\"/a/../b\"}", "spec.hostPath.path: Invalid value: \"/a/../b\": must not contain '..'")]
    [InlineData(GoodVolume + ",\"hostPath\":{\"path\":\"/\"},\"persistentVolumeReclaimPolicy\":\"Recycle\"", "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'")]
    [InlineData(GoodVolume + ",\"local\":{\"path\":\"/a\"}", "spec.nodeAffinity: Required value: Local volume requires node affinity")]
    [InlineData(GoodVolume + ",\"nodeAffinity\":{}," + HostPath, "spec.nodeAffinity.required: Required value: must specify required node constraints")]
    [InlineData(GoodVolume + ",\"csi\":{\"driver\":\"a_b\",\"volumeHandle\":\"h\"}", "spec.csi.driver: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData(GoodVolume + ",\"volumeAttributesClassName\":\"gold\"," + HostPath, "spec.csi: Required value: has to be specified when using volumeAttributesClassName")]
    [InlineData(GoodVolume + ",\"csi\":{\"driver\":\"a\",\"volumeHandle\":\"h\",\"nodePublishSecretRef\":{\"name\":\"A\"}}", "spec.csi.nodePublishSecretRef.name: Invalid value: \"A\": " + Subdomain, "spec.csi.nodePublishSecretRef.namespace: Required value")]
    [InlineData(GoodVolume + ",\"iscsi\":{\"targetPortal\":\"\",\"iqn\":\"bad\",\"lun\":256}", "spec.iscsi.targetPortal: Required value", "spec.iscsi.iqn: Invalid value: \"bad\": must be valid format", "spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive")]
    [InlineData(GoodVolume + ",\"cinder\":{\"volumeID\":\"v\",\"secretRef\":{\"name\":\"s\"}}", "spec.cinder.secretRef.namespace: Required value")]
    [InlineData(GoodVolume + ",\"glusterfs\":{\"endpoints\":\"e\",\"path\":\"p\",\"endpointsNamespace\":\"\"}", "spec.glusterfs.endpointsNamespace: Invalid value: \"\": if the endpointnamespace is set, it must be a valid namespace name")]
    [InlineData(GoodVolume + ",\"azureFile\":{\"secretName\":\"s\",\"shareName\":\"s\",\"secretNamespace\":\"\"}", "spec.azureFile.secretNamespace: Required value")]
    [InlineData("\"accessModes\":[\"ReadWriteOnce\"],\"capacity\":{\"storage\":\"-1\"}," + HostPath, "spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity", "spec.capacity[storage]: Invalid value: \"-1\": must be greater than zero")]
    public void A_bad_volume_is_refused_in_upstreams_words(string spec, params string[] faults) => Assert.Equal(faults, KindBench.Faults("persistentvolumes", Volume(spec)));

    [Fact]
    public void What_a_volume_is_made_of_does_not_change()
    {
        Assert.Equal(["spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n  changed: spec.hostPath"],
            KindBench.UpdateFaults("persistentvolumes", Volume($"{GoodVolume},{HostPath}"), Volume($"{GoodVolume},\"hostPath\":{{\"path\":\"/b\"}}")));
        Assert.Empty(KindBench.UpdateFaults("persistentvolumes", Volume($"{GoodVolume},{HostPath}"),
            Volume($"{GoodVolume},{HostPath},\"claimRef\":{{\"name\":\"c\",\"namespace\":\"default\"}},\"nodeAffinity\":{{\"required\":{{\"nodeSelectorTerms\":[{{}}]}}}}")));
        const string affinity = ",\"nodeAffinity\":{\"required\":{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Exists\"}]}]}}";
        Assert.Single(KindBench.UpdateFaults("persistentvolumes", Volume(GoodVolume + "," + HostPath + affinity), Volume(GoodVolume + "," + HostPath)));
    }

    [Fact]
    public void Claims_volumes_and_classes_get_upstreams_defaults()
    {
        Assert.Equal("Filesystem", (string?)KindBench.Defaulted("persistentvolumeclaims", Claim(Good))["spec"]!["volumeMode"]);
        var volume = KindBench.Defaulted("persistentvolumes", Volume($"{GoodVolume},{HostPath}"))["spec"]!;
        Assert.Equal(("Retain", "Filesystem"), ((string?)volume["persistentVolumeReclaimPolicy"], (string?)volume["volumeMode"]));
        var storage = KindBench.Defaulted(Class, """{"metadata":{"name":"a"},"provisioner":"x"}""");
        Assert.Equal(("Delete", "Immediate"), ((string?)storage["reclaimPolicy"], (string?)storage["volumeBindingMode"]));
    }

    [Theory]
    [InlineData(Class, "{}", "provisioner: Required value")]
    [InlineData(Class, """{"provisioner":"a b"}""", "provisioner: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData(Class, """{"provisioner":"a","reclaimPolicy":"Recycle"}""", "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"")]
    [InlineData(Class, """{"provisioner":"a","parameters":{"":"x"}}""", "parameters: Invalid value: \"\": field can not be empty.")]
    [InlineData(Class, """{"provisioner":"a","allowedTopologies":[{"matchLabelExpressions":[{"key":"z"}]}]}""", "allowedTopologies[0].matchLabelExpressions[0].values: Required value")]
    [InlineData("storage.k8s.io/v1/volumeattributesclasses", """{"driverName":"a"}""", "parameters: Required value: must contain at least one key/value pair")]
    [InlineData("storage.k8s.io/v1/csidrivers", """{"metadata":{"name":"a"},"spec":{"volumeLifecycleModes":["Never"]}}""", "spec.volumeLifecycleModes: Unsupported value: \"Never\": supported values: \"Ephemeral\", \"Persistent\"")]
    [InlineData("storage.k8s.io/v1/csidrivers", """{"metadata":{"name":"a"},"spec":{"tokenRequests":[{"audience":"a","expirationSeconds":5}]}}""", "spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes")]
    [InlineData("storage.k8s.io/v1/csinodes", """{"spec":{"drivers":[{"name":"a","nodeID":"n","topologyKeys":["k","k"]}]}}""", "spec.drivers[0].topologyKeys: Duplicate value: \"k\"")]
    [InlineData("storage.k8s.io/v1/csinodes", """{"spec":{"drivers":[{"name":"a","nodeID":"n","allocatable":{"count":-1}}]}}""", "spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("storage.k8s.io/v1/csistoragecapacities", """{"storageClassName":"a","capacity":"-1"}""", "capacity: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("storage.k8s.io/v1/volumeattachments", """{"spec":{"attacher":"a","nodeName":"n","source":{}}}""", "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName")]
    [InlineData(Class, """{"provisioner":""}""", "provisioner: Required value")]
    [InlineData("storage.k8s.io/v1/volumeattributesclasses", """{"driverName":"","parameters":{"a":"b"}}""", "driverName: Required value")]
    [InlineData("storage.k8s.io/v1/csinodes", """{"spec":{"drivers":[{"name":"a","nodeID":""}]}}""", "spec.drivers[0].nodeID: Required value")]
    [InlineData("storage.k8s.io/v1/csidrivers", """{"metadata":{"name":"a"},"spec":{"nodeAllocatableUpdatePeriodSeconds":9}}""", "spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds")]
    [InlineData("storage.k8s.io/v1/volumeattachments", """{"spec":{"attacher":"","nodeName":"n","source":{"persistentVolumeName":"v"}}}""", "spec.attacher: Required value")]
    [InlineData("storage.k8s.io/v1/volumeattachments", """{"spec":{"attacher":"a","nodeName":"n","source":{"inlineVolumeSpec":{"accessModes":["ReadWriteOnce"],"csi":{"driver":"d","volumeHandle":"h"},"persistentVolumeReclaimPolicy":"Delete"}}}}""", "spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes")]
    public void A_bad_object_of_storage_is_refused_in_upstreams_words(string resource, string json, string fault) => Assert.Equal([fault], KindBench.Faults(resource, json));

    [Fact]
    public void What_volumes_were_made_by_stays_and_is_said_in_upstreams_words()
    {
        Assert.Equal(["provisioner: Invalid value: null: field is immutable", "parameters: Invalid value: null: field is immutable", "reclaimPolicy: Invalid value: null: field is immutable", "volumeBindingMode: Invalid value: null: field is immutable"],
            KindBench.UpdateFaults(Class, """{"provisioner":"a"}""", """{"provisioner":"b","parameters":{"a":"b"},"reclaimPolicy":"Retain","volumeBindingMode":"WaitForFirstConsumer"}"""));
        Assert.Equal(["spec: Invalid value: null: field is immutable"],
            KindBench.UpdateFaults("storage.k8s.io/v1/volumeattachments", """{"spec":{"attacher":"a","nodeName":"n","source":{"persistentVolumeName":"v"}}}""", """{"spec":{"attacher":"b","nodeName":"n","source":{"persistentVolumeName":"v"}}}"""));
        Assert.Equal(["volumeMode: Invalid value: \"Block\": field is immutable"],
            KindBench.UpdateFaults("persistentvolumes", Volume($"{GoodVolume},{HostPath}"), Volume($"{GoodVolume},{HostPath},\"volumeMode\":\"Block\"")));
        Assert.Equal("volumeMode: Invalid value: \"Block\": field is immutable", KindBench.UpdateFaults("persistentvolumeclaims", Claim(Good), Claim(Good + ",\"volumeMode\":\"Block\""))[1]);
    }

    [Theory]
    [InlineData(""" "capacity":{"storage":"-1"} """, "status.capacity[storage]: Invalid value: -1: must be a valid resource quantity")]
    [InlineData(""" "allocatedResources":{"cpu":"1"} """, "status.allocatedResources: Unsupported value: \"cpu\": supported values: \"storage\"")]
    [InlineData(""" "allocatedResourceStatuses":{"storage":"Maybe"} """, "status.allocatedResourceStatus: Unsupported value: \"storage\": supported values: \"ControllerResizeInProgress\", \"ControllerResizeInfeasible\", \"NodeResizeInProgress\", \"NodeResizeInfeasible\", \"NodeResizePending\"")]
    public void The_status_of_a_claim_is_checked(string status, params string[] faults) =>
        Assert.Equal(faults, KindBench.UpdateFaults("persistentvolumeclaims", Claim(Good), $$$"""{"metadata":{"name":"c"},"spec":{{{{Good}}}},"status":{{{{status}}}}}""", "status"));

    [Theory]
    [InlineData(Class, """{"provisioner":"a"}""", """{"provisioner":"b"}""", "provisioner")]
    [InlineData(Class, """{"provisioner":"a"}""", """{"provisioner":"a","reclaimPolicy":"Retain"}""", "reclaimPolicy")]
    [InlineData(Class, """{"provisioner":"a"}""", """{"provisioner":"a","allowVolumeExpansion":true}""", null)]
    [InlineData("storage.k8s.io/v1/csinodes", """{"spec":{"drivers":[{"name":"a","nodeID":"n"}]}}""", """{"spec":{"drivers":[{"name":"a","nodeID":"m"}]}}""", "spec.drivers[0]")]
    [InlineData("storage.k8s.io/v1/csinodes", """{"spec":{"drivers":[{"name":"a","nodeID":"n"}]}}""", """{"spec":{"drivers":[{"name":"a","nodeID":"n","allocatable":{"count":3}}]}}""", null)]
    [InlineData("storage.k8s.io/v1/volumeattributesclasses", """{"driverName":"a","parameters":{"a":"b"}}""", """{"driverName":"a","parameters":{"a":"c"}}""", "parameters")]
    [InlineData("storage.k8s.io/v1/volumeattachments", """{"spec":{"attacher":"a","nodeName":"n","source":{"persistentVolumeName":"v"}}}""", """{"spec":{"attacher":"a","nodeName":"m","source":{"persistentVolumeName":"v"}}}""", "spec")]
    public void What_others_have_built_on_stays(string resource, string before, string after, string? field) =>
        Assert.Equal(field, KindBench.UpdateFaults(resource, before, after).Select(static f => f[..f.IndexOf(": ", StringComparison.Ordinal)]).FirstOrDefault());

    private static string Merged(params string[] parts)
    {
        var all = new System.Text.Json.Nodes.JsonObject();
        foreach (var (field, value) in parts.SelectMany(static p => System.Text.Json.Nodes.JsonNode.Parse($"{{{p}}}")!.AsObject()))
            all[field] = value?.DeepClone();
        return all.ToJsonString()[1..^1];
    }
}
