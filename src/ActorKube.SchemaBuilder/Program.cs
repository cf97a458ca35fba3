using System.Reflection;
using ActorKube.Api.Protobuf.Image;
using ActorKube.Api.Schema.Image;
using ActorKube.SchemaBuilder;
using ActorKube.SchemaBuilder.Facts;
using ActorKube.SchemaBuilder.Model;
using ActorKube.SchemaBuilder.Protobuf;
using k8s.Models;

if (args is not [var directory])
{
    Console.Error.WriteLine("usage: ActorKube.SchemaBuilder <output directory>");
    return 2;
}
try
{
    var writer = new ImageWriter(new ModelReader(AllFacts(), Descriptions.Read(Path.ChangeExtension(typeof(V1Pod).Assembly.Location, ".xml"))).Read());
    Directory.CreateDirectory(directory);
    File.WriteAllBytes(Path.Combine(directory, SchemaImageFormat.ImageResource), writer.Image());
    File.WriteAllBytes(Path.Combine(directory, SchemaImageFormat.DescriptionsResource), writer.Descriptions());
    File.WriteAllBytes(Path.Combine(directory, MessageImageFormat.Resource), new MessageImageWriter(AllMessages()).Image());
    return 0;
}
catch (Exception e) when (e is FormatException or IOException)
{
    // The form that MSBuild shows as an error of the build.
    Console.Error.WriteLine($"ActorKube.SchemaBuilder : error : {e.Message}");
    return 1;
}

static IEnumerable<DefinitionFacts> AllFacts() => Tables(".facts", FactsFile.Read);

static IEnumerable<MessageFacts> AllMessages() => Tables(".messages", MessagesFile.Read);

static IEnumerable<T> Tables<T>(string extension, Func<string, TextReader, IReadOnlyList<T>> read)
{
    var assembly = Assembly.GetExecutingAssembly();
    foreach (var file in assembly.GetManifestResourceNames().Where(n => n.EndsWith(extension, StringComparison.Ordinal)))
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
        foreach (var facts in read(file, reader))
            yield return facts;
    }
}
