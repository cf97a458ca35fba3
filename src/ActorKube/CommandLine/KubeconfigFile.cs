using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.CommandLine;

/// <summary>Writes kubeconfig files, which hold a key: for their owner only, and never half written.</summary>
internal static class KubeconfigFile
{
    public static void Write(string path, Kubeconfig content)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        using (var writer = new StreamWriter(stream))
            writer.Write(content.ToYaml());
        File.Move(temporary, path, overwrite: true);
    }
}
