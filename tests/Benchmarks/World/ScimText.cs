namespace EncryptionService.Benchmarks.World;

/// <summary>Bodies of requests, as the IdPs write them.</summary>
internal static class ScimText
{
    /// <summary>Entra ID's user.</summary>
    public static string User(string name) => $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"x-{{name}}","userName":"{{name}}",
         "active":true,"displayName":"{{name}}","title":"Engineer","emails":[{"primary":true,"type":"work","value":"{{name}}"}],"meta":{"resourceType":"User"},
         "name":{"formatted":"Given Family","familyName":"Family","givenName":"Given"},"roles":[]}
        """;

    /// <summary>Entra ID's group.</summary>
    public static string Group(string name) => $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
         "externalId":"x-{{name}}","displayName":"{{name}}","meta":{"resourceType":"Group"} }
        """;

    /// <summary>Okta's group, with everybody in it.</summary>
    public static string Push(string id, string name, IEnumerable<string> members) => $$"""
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"{{id}}","displayName":"{{name}}",
         "members":[{{string.Join(',', members.Select(Pushed))}}]}
        """;

    /// <summary>A PATCH.</summary>
    public static string Patch(string operation) => $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operation}}]}""";

    /// <summary>Elements of a list of members, as Entra ID writes them.</summary>
    public static string Members(IEnumerable<string> members) => string.Join(',', members.Select(member => $$"""{"$ref":null,"value":"{{member}}"}"""));

    private static string Pushed(string member) => $$"""{"value":"{{member}}","display":"somebody"}""";
}
