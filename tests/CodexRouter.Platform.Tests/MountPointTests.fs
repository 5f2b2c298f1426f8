module CodexRouter.Platform.Tests.MountPointTests

open System.IO
open CodexRouter.Platform
open Expecto

let tests =
    testList
        "mount points"
        [
            testCase "are those that the system lists"
            <| fun () ->
                let points = MountPoints.All()

                if File.Exists "/proc/self/mountinfo" then
                    Expect.isTrue (points.Contains "/proc") "where the list is"
                    Expect.isFalse (points.Contains "/proc/self") "a folder that is none"
                else
                    Expect.isEmpty points "none to be seen"

            for listed, path in
                [
                    "/plain", "/plain"
                    @"/with\040blank\011and\134more", "/with blank\tand\\more"
                    @"/not\04", @"/not\04"
                    @"/nor\098", @"/nor\098"
                    @"\040", " "
                ] do
                testCase (listed + " is a path as the list has it")
                <| fun () -> Expect.equal (MountPoints.Unescape listed) path "as it is"
        ]
