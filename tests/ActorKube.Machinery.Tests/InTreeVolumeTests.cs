using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.Machinery.Tests;

/// <summary>What volumes of drivers that were part of Kubernetes once are to the CSI drivers that have taken over.</summary>
public sealed class InTreeVolumeTests
{
    [Theory]
    [InlineData("""{"awsElasticBlockStore":{"volumeID":"vol-1","fsType":"ext4","partition":3,"readOnly":true}}""",
        """{"driver":"ebs.csi.aws.com","volumeHandle":"vol-1","fsType":"ext4","volumeAttributes":{"partition":"3"},"readOnly":true}""")]
    [InlineData("""{"awsElasticBlockStore":{"volumeID":"aws://us-east-1a/vol-0a"}}""", """{"driver":"ebs.csi.aws.com","volumeHandle":"vol-0a","volumeAttributes":{"partition":"0"}}""")]
    [InlineData("""{"awsElasticBlockStore":{"volumeID":"aws:///vol-0a"}}""", """{"driver":"ebs.csi.aws.com","volumeHandle":"vol-0a","volumeAttributes":{"partition":"0"}}""")]
    [InlineData("""{"azureDisk":{"diskName":"d","diskURI":"/disks/d","kind":"Managed","cachingMode":"None","fsType":"xfs","readOnly":false}}""",
        """{"driver":"disk.csi.azure.com","volumeHandle":"/disks/d","fsType":"xfs","volumeAttributes":{"cachingmode":"None","fstype":"xfs","kind":"Managed"}}""")]
    [InlineData("""{"azureFile":{"secretName":"azure-storage-account-acc-secret","shareName":"s","secretNamespace":"secrets"}}""",
        """{"driver":"file.csi.azure.com","volumeHandle":"#acc#s#v#secrets","volumeAttributes":{"sharename":"s"},"nodeStageSecretRef":{"name":"azure-storage-account-acc-secret","namespace":"secrets"}}""")]
    [InlineData("""{"azureFile":{"secretName":"key","shareName":"s","readOnly":true},"claimRef":{"namespace":"ns","name":"c"}}""",
        """{"driver":"file.csi.azure.com","volumeHandle":"#key#s#v#ns","volumeAttributes":{"sharename":"s"},"nodeStageSecretRef":{"name":"key","namespace":"ns"},"readOnly":true}""")]
    [InlineData("""{"cinder":{"volumeID":"c1","fsType":"ext4"}}""", """{"driver":"cinder.csi.openstack.org","volumeHandle":"c1","fsType":"ext4"}""")]
    [InlineData("""{"gcePersistentDisk":{"pdName":"g","partition":2}}""",
        """{"driver":"pd.csi.storage.gke.io","volumeHandle":"projects/UNSPECIFIED/zones/UNSPECIFIED/disks/g","volumeAttributes":{"partition":"2"}}""")]
    [InlineData("""{"portworxVolume":{"volumeID":"p","readOnly":true}}""", """{"driver":"pxd.portworx.com","volumeHandle":"p"}""")]
    [InlineData("""{"vsphereVolume":{"volumePath":"[ds] a.vmdk","storagePolicyName":"gold","fsType":"ext4"}}""",
        """{"driver":"csi.vsphere.vmware.com","volumeHandle":"[ds] a.vmdk","fsType":"ext4","volumeAttributes":{"storagepolicyname":"gold"}}""")]
    public void A_volume_is_one_of_the_successor(string spec, string expected)
    {
        var volume = Volume(spec);
        var driver = InTreeDrivers.Of(volume["spec"])!;
        var made = driver.Translate(volume);
        AssertSame(expected, made.At("spec", "csi"));
        Assert.Null(made.At("spec", driver.Field));
        Assert.NotNull(volume.At("spec", driver.Field));
        Assert.Equal(driver.Driver, InTreeDrivers.SuccessorOf(driver.Plugin));
    }

    [Theory]
    [InlineData("us-central1-a", "zones/us-central1-a")]
    [InlineData("us-central1-a__us-central1-b", "regions/us-central1")]
    public void A_disk_of_Google_is_in_its_zone_or_in_the_region_of_its_zones(string label, string place)
    {
        foreach (var name in (ReadOnlySpan<string>)["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"])
            Assert.Equal($"projects/UNSPECIFIED/{place}/disks/g", CsiVolume.Read(Volume("""{"gcePersistentDisk":{"pdName":"g"}}""", $"\"{name}\":\"{label}\""))!.Handle);
    }

    [Theory]
    [InlineData("[\"ReadWriteMany\"]", "ReadWriteOnce")]
    [InlineData("[\"ReadWriteOnce\",\"ReadOnlyMany\"]", "ReadWriteOnce")]
    [InlineData("[\"ReadOnlyMany\"]", "ReadOnlyMany")]
    [InlineData("[\"ReadWriteOncePod\"]", "ReadWriteOnce")]
    public void A_disk_of_Google_is_at_one_node_for_writing_or_at_many_for_reading(string modes, string expected) =>
        Assert.Equal([expected], CsiVolume.Read(Volume($$"""{"gcePersistentDisk":{"pdName":"g"},"accessModes":{{modes}}}"""))!.AccessModes);

    [Theory]
    [InlineData("cinder", "\"topology.kubernetes.io/zone\":\"a\"", "", "topology.cinder.csi.openstack.org/zone In a")]
    [InlineData("cinder", "\"failure-domain.beta.kubernetes.io/zone\":\"b__a\"", "", "topology.cinder.csi.openstack.org/zone In a,b")]
    [InlineData("cinder", "\"topology.kubernetes.io/zone\":\"a\"", "topology.kubernetes.io/zone=c", "topology.cinder.csi.openstack.org/zone In c")]
    [InlineData("cinder", "", "failure-domain.beta.kubernetes.io/zone=c failure-domain.beta.kubernetes.io/region=r", "topology.cinder.csi.openstack.org/zone In c;topology.kubernetes.io/region In r")]
    [InlineData("cinder", "", "topology.kubernetes.io/zone=c topology.kubernetes.io/region=r", "topology.cinder.csi.openstack.org/zone In c;topology.kubernetes.io/region In r")]
    [InlineData("awsElasticBlockStore", "\"topology.kubernetes.io/zone\":\"a\"", "kubernetes.io/arch=x", "kubernetes.io/arch In x;topology.ebs.csi.aws.com/zone In a")]
    [InlineData("gcePersistentDisk", "\"topology.kubernetes.io/zone\":\"a\"", "", "topology.gke.io/zone In a")]
    [InlineData("vsphereVolume", "\"topology.kubernetes.io/zone\":\"a\",\"topology.kubernetes.io/region\":\"r\"", "", "topology.csi.vmware.com/zone In a;topology.csi.vmware.com/region In r")]
    [InlineData("vsphereVolume", "", "topology.kubernetes.io/zone=a topology.kubernetes.io/region=r", "topology.csi.vmware.com/zone In a;topology.csi.vmware.com/region In r")]
    [InlineData("azureDisk", "\"topology.kubernetes.io/zone\":\"a\"", "", "")]
    [InlineData("portworxVolume", "\"topology.kubernetes.io/zone\":\"a\"", "", "")]
    public void Where_it_can_be_reached_is_said_in_the_successors_labels(string field, string labels, string required, string expected)
    {
        var conditions = required.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static r => r.Split('=')).Select(static r => $$"""{"key":"{{r[0]}}","operator":"In","values":["{{r[1]}}"]}""");
        var affinity = required.Length == 0 ? "" : $$$""","nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{{{string.Join(',', conditions)}}}]}]}}""";
        var volume = Volume($$$"""{"{{{field}}}":{}{{{affinity}}} }""", labels);
        var made = InTreeDrivers.Of(volume["spec"])!.Translate(volume);
        Assert.Equal(expected, string.Join(';', made.Items("spec", "nodeAffinity", "required", "nodeSelectorTerms").SelectMany(static t => t.Items("matchExpressions"))
            .Select(static e => $"{e.Text("key")} {e.Text("operator")} {string.Join(',', e.Items("values").Select(static v => v.Text()))}")));
    }

    [Theory]
    [InlineData("""{"name":"x","awsElasticBlockStore":{"volumeID":"vol-1"}}""", "ebs.csi.aws.com-vol-1", "vol-1", "ReadWriteOnce")]
    [InlineData("""{"name":"x","azureDisk":{"diskURI":"/disks/d","kind":"Managed"}}""", "/disks/d", "/disks/d", "ReadWriteOnce")]
    [InlineData("""{"name":"x","azureFile":{"secretName":"key","shareName":"s"}}""", "#key#s#x#ns", "#key#s#x#ns", "ReadWriteMany")]
    [InlineData("""{"name":"x","cinder":{"volumeID":"c1"}}""", "cinder.csi.openstack.org-c1", "c1", "ReadWriteOnce")]
    [InlineData("""{"name":"x","gcePersistentDisk":{"pdName":"g","readOnly":true}}""", "pd.csi.storage.gke.io-g", "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/g", "ReadOnlyMany")]
    [InlineData("""{"name":"x","portworxVolume":{"volumeID":"p"}}""", "pxd.portworx.com-p", "p", "ReadWriteOnce")]
    [InlineData("""{"name":"x","vsphereVolume":{"volumePath":"v"}}""", "csi.vsphere.vmware.com-v", "v", "ReadWriteOnce")]
    public void What_stands_in_a_pod_is_a_volume_of_the_successor(string volume, string name, string handle, string mode)
    {
        var json = JsonNode.Parse(volume)!;
        var made = InTreeDrivers.Of(json)!.TranslateInline(json, "ns");
        Assert.Equal((name, handle, mode, "Filesystem"),
            (made.Text("metadata", "name"), made.Text("spec", "csi", "volumeHandle"), made.Items("spec", "accessModes").Single().Text(), made.Text("spec", "volumeMode")));
    }

    [Fact]
    public void Secrets_of_Portworx_are_named_by_annotations()
    {
        var volume = Volume("""{"portworxVolume":{"volumeID":"p"}}""");
        volume["metadata"]!["annotations"] = new JsonObject { ["openstorage.io/auth-secret-name"] = "s", ["openstorage.io/auth-secret-namespace"] = "n" };
        var csi = InTreeDrivers.Of(volume["spec"])!.Translate(volume).At("spec", "csi");
        foreach (var use in (ReadOnlySpan<string>)["controllerPublishSecretRef", "nodeStageSecretRef", "nodePublishSecretRef", "controllerExpandSecretRef", "nodeExpandSecretRef"])
            Assert.Equal(("s", "n"), (csi.Text(use, "name"), csi.Text(use, "namespace")));
    }

    [Theory]
    [InlineData("""{"awsElasticBlockStore":{"volumeID":"aws://zone/disk-1"}}""", "failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS volume (aws://zone/disk-1)")]
    [InlineData("""{"azureDisk":{"diskURI":"d","kind":"Dedicated"}}""", "kind(Dedicated) is not supported in csi migration")]
    [InlineData("""{"azureFile":{"secretName":"s","shareName":"s"}}""", "could not find a secret namespace in PersistentVolumeSource or ClaimRef")]
    public void What_the_successor_has_no_words_for_is_said(string spec, string why)
    {
        var volume = Volume(spec);
        Assert.Equal(why, Assert.Throws<FormatException>(() => InTreeDrivers.Of(volume["spec"])!.Translate(volume)).Message);
        Assert.Null(CsiVolume.Read(volume));
    }

    [Theory]
    [InlineData("""{"hostPath":{"path":"/x"}}""")]
    [InlineData("""{"nfs":{"server":"s","path":"/x"}}""")]
    [InlineData("""{"awsElasticBlockStore":null,"local":{"path":"/x"}}""")]
    public void Other_volumes_stay_what_they_are(string spec)
    {
        Assert.Null(InTreeDrivers.Of(JsonNode.Parse(spec)));
        Assert.Null(CsiVolume.Read(Volume(spec)));
        Assert.Equal("example.com/x", InTreeDrivers.SuccessorOf("example.com/x"));
    }

    [Fact]
    public void Nodes_say_which_drivers_they_have_migrated() =>
        Assert.Equal("kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,kubernetes.io/cinder,kubernetes.io/gce-pd,kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume", InTreeDrivers.Migrated);

    private static JsonObject Volume(string spec, string labels = "") => JsonNode.Parse($$"""{"metadata":{"name":"v","labels":{ {{labels}} } },"spec":{{spec}} }""")!.AsObject();

    private static void AssertSame(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"{actual}");
}
