using System.Reflection;

namespace ActorKube.Protocol.Tests.Serialization;

/// <summary>Compares with a file that is part of the source. <c>ACTORKUBE_APPROVE=1</c> rewrites it instead; the change is then judged as a diff.</summary>
internal static class Approved
{
    public static void Check(string file, string actual)
    {
        var folder = typeof(Approved).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectFolder").Value!;
        var path = Path.Combine(folder, file);
        if (Environment.GetEnvironmentVariable("ACTORKUBE_APPROVE") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
