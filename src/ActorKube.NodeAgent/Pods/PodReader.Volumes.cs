using k8s.Models;

namespace ActorKube.NodeAgent.Pods;

internal ref partial struct PodReader
{
    private V1Volume Volume()
    {
        var start = _json;
        var volume = new V1Volume();
        while (Next())
        {
            if (Is("name"u8)) volume.Name = Text();
            else if (Is("projected"u8)) volume.Projected = Object(static (ref r) => r.Projected());
            else if (Is("emptyDir"u8)) volume.EmptyDir = Rare<V1EmptyDirVolumeSource>();
            else return Whole<V1Volume>(start);
        }
        return volume;
    }

    private V1ProjectedVolumeSource Projected()
    {
        var start = _json;
        var projected = new V1ProjectedVolumeSource();
        while (Next())
        {
            if (Is("defaultMode"u8)) projected.DefaultMode = Int();
            else if (Is("sources"u8)) projected.Sources = List(static (ref r) => r.Source());
            else return Whole<V1ProjectedVolumeSource>(start);
        }
        return projected;
    }

    private V1VolumeProjection Source()
    {
        var start = _json;
        var source = new V1VolumeProjection();
        while (Next())
        {
            if (Is("serviceAccountToken"u8)) source.ServiceAccountToken = Object(static (ref r) => r.Token());
            else if (Is("configMap"u8)) source.ConfigMap = Object(static (ref r) => r.ConfigMap());
            else if (Is("downwardAPI"u8)) source.DownwardAPI = Object(static (ref r) => r.Downward());
            else return Whole<V1VolumeProjection>(start);
        }
        return source;
    }

    private V1ServiceAccountTokenProjection Token()
    {
        var start = _json;
        var token = new V1ServiceAccountTokenProjection();
        while (Next())
        {
            if (Is("path"u8)) token.Path = Text();
            else if (Is("expirationSeconds"u8)) token.ExpirationSeconds = Number();
            else if (Is("audience"u8)) token.Audience = Text();
            else return Whole<V1ServiceAccountTokenProjection>(start);
        }
        return token;
    }

    private V1ConfigMapProjection ConfigMap()
    {
        var start = _json;
        var map = new V1ConfigMapProjection();
        while (Next())
        {
            if (Is("name"u8)) map.Name = Text();
            else if (Is("optional"u8)) map.Optional = Flag();
            else if (Is("items"u8)) map.Items = List(static (ref r) => r.KeyToPath());
            else return Whole<V1ConfigMapProjection>(start);
        }
        return map;
    }

    private V1KeyToPath KeyToPath()
    {
        var start = _json;
        var item = new V1KeyToPath();
        while (Next())
        {
            if (Is("key"u8)) item.Key = Text();
            else if (Is("path"u8)) item.Path = Text();
            else if (Is("mode"u8)) item.Mode = Int();
            else return Whole<V1KeyToPath>(start);
        }
        return item;
    }

    private V1DownwardAPIProjection Downward()
    {
        var start = _json;
        var downward = new V1DownwardAPIProjection();
        while (Next())
        {
            if (Is("items"u8)) downward.Items = List(static (ref r) => r.DownwardFile());
            else return Whole<V1DownwardAPIProjection>(start);
        }
        return downward;
    }

    private V1DownwardAPIVolumeFile DownwardFile()
    {
        var start = _json;
        var file = new V1DownwardAPIVolumeFile();
        while (Next())
        {
            if (Is("path"u8)) file.Path = Text();
            else if (Is("mode"u8)) file.Mode = Int();
            else if (Is("fieldRef"u8)) file.FieldRef = Object(static (ref r) => r.Field());
            else return Whole<V1DownwardAPIVolumeFile>(start);
        }
        return file;
    }

    private V1ObjectFieldSelector Field()
    {
        var start = _json;
        var field = new V1ObjectFieldSelector();
        while (Next())
        {
            if (Is("apiVersion"u8)) field.ApiVersion = Text();
            else if (Is("fieldPath"u8)) field.FieldPath = Text();
            else return Whole<V1ObjectFieldSelector>(start);
        }
        return field;
    }
}
