using ActorKube.Api.Json;

namespace ActorKube.Api.Tests.Json;

public sealed class JsonScratchTests
{
    [Fact]
    public void What_is_given_back_keeps_no_name_alive_and_no_level_in_use()
    {
        var scratch = JsonScratch.Rent();
        for (var level = 0; level < 100; level++)
        {
            scratch.Enter(level, -1);
            scratch.Path[level].Name = "name";
        }
        JsonScratch.Return(scratch);
        Assert.Same(scratch, JsonScratch.Rent());
        Assert.Equal(0, scratch.Path.Length);
        for (var level = 0; level < 100; level++)
        {
            scratch.Enter(level, -1);
            Assert.Null(scratch.Path[level].Name);
        }
        JsonScratch.Return(scratch);
    }

    [Fact]
    public void After_one_deep_object_the_next_ones_clear_only_the_levels_they_use()
    {
        var scratch = JsonScratch.Rent();
        for (var level = 0; level < 1000; level++)
            scratch.Enter(level, -1);
        JsonScratch.Return(scratch);
        scratch = JsonScratch.Rent();
        scratch.Enter(0, -1);
        Assert.Equal(1, scratch.Path.Length);
        JsonScratch.Return(scratch);
    }
}
