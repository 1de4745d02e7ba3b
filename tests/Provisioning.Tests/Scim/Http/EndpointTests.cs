using System.Net;

namespace EncryptionService.Provisioning.Tests.Scim.Http;

/// <summary>Addresses, methods, media types, what the server says about itself (docs/spec/scim.md, 2 and 49).</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("application/scim+json")]
    [InlineData("application/scim+json; charset=utf-8")]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    public async Task Point_02_Both_media_types_are_taken_and_one_is_answered(string mediaType)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = (await world.ConnectAsync()).Sending(mediaType);

        await acme.UserAsync("ada@example.com");
    }

    [Fact]
    public async Task Point_02_Every_answer_is_of_scims_media_type_wherever_it_comes_from()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        foreach (var (path, status) in new[]
        {
            ("", 404), ("/", 404), ("/Nothing", 404), ("/users", 404), ("/Users/a/b", 404), ("/../../v1", 404), ("/Users//", 404), ("/ServiceProviderConfig", 200), ("/Users/", 200),
            ("/Bulk", 501), ("/Me", 501), ("/.search", 501), ("/Users/.search", 501),
        })
        {
            Assert.Equal((path, status), (path, (int)(await acme.GetAsync(path)).Status));
        }
    }

    [Fact]
    public async Task Point_49_Discovery_tells_the_truth_and_is_not_filtered()
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        var config = (await acme.GetAsync("/ServiceProviderConfig")).Is(HttpStatusCode.OK).Body!;
        Assert.Equal((true, false, false), ((bool)config["patch"]!["supported"]!, (bool)config["etag"]!["supported"]!, (bool)config["bulk"]!["supported"]!));
        Assert.Equal(3, (await acme.GetAsync("/Schemas")).Is(HttpStatusCode.OK).Total);
        Assert.Equal(2, (await acme.GetAsync("/ResourceTypes")).Is(HttpStatusCode.OK).Total);
        Assert.Equal("User", (string?)(await acme.GetAsync($"/Schemas/{ScimClient.UserUrn}")).Is(HttpStatusCode.OK).Body!["name"]);
        Assert.Equal("/Groups", (string?)(await acme.GetAsync("/ResourceTypes/Group")).Is(HttpStatusCode.OK).Body!["endpoint"]);
        (await acme.GetAsync("/Schemas/urn:x")).Is(HttpStatusCode.NotFound);
        foreach (var path in new[] { "/Schemas", "/ResourceTypes", "/ServiceProviderConfig" })
        {
            (await acme.GetAsync($"{path}?filter=id+pr")).Is(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData("PUT", "/Users", "GET, POST")]
    [InlineData("DELETE", "/Groups", "GET, POST")]
    [InlineData("POST", "/Users/x", "GET, PUT, PATCH, DELETE")]
    [InlineData("OPTIONS", "/Users", "GET, POST")]
    [InlineData("POST", "/Schemas", "GET")]
    [InlineData("BREW", "/ServiceProviderConfig", "GET")]
    public async Task Point_49_Another_method_is_405_and_the_answer_says_which_ones_work(string method, string path, string allowed)
    {
        await using var world = await ScimWorld.CreateAsync();
        var acme = await world.ConnectAsync();

        Assert.Equal(allowed, (await acme.SendAsync(method, path)).Is(HttpStatusCode.MethodNotAllowed).Headers["Allow"]);
    }
}
