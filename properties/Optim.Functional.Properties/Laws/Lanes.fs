/// How a step is run does not show in its result.
module internal Optim.Functional.Properties.Lanes

open Optim.Functional

let private against wanted how label case =
    Bits.differences wanted (Run.bits how case) |> List.map (fun difference -> $"{label}: {difference}")

let lanes =
    Make.gradient
        "lanes"
        "Registers of 128, 256 and 512 bits give the bits of one element at a time, for every length from 0 to 257."
        "Every operation of a lane rounds once, as IEEE 754 asks; so where an element stands cannot matter."
        Make.everyRule
        Domain.any
        (fun case ->
            let case = Run.tiled [ 0..257 ] { case with Gradients = List.truncate 3 case.Gradients }
            let wanted = Run.bits Run.scalar case

            [ 128; 256; 512 ]
            |> List.collect (fun bits -> case |> against wanted (Execution(LaneBits = bits, Threads = 1)) $"{bits} bits"))
    |> Make.costing 4

let threads =
    Make.gradient
        "threads"
        "Any number of threads from 1 to 8, any chunk and any threshold give the bits of one thread."
        "Chunks do not overlap, and no element looks at another."
        Make.everyRule
        Domain.any
        (fun case ->
            let lengths = [ 0; 3; 1000; 257 ]
            let case = Run.tiled lengths { case with Gradients = List.truncate 3 case.Gradients }
            let wanted, elements = Run.bits Run.scalar case, List.sum lengths

            [
                for threads in 1..8 do
                    for chunk, serial in [ 1 + threads * threads, 0; 64, elements - 1; 1000, elements; 17, elements + 1 ] do
                        yield!
                            case
                            |> against
                                wanted
                                (Execution(Threads = threads, ChunkLength = chunk, SerialUpTo = serial))
                                $"{threads} threads, chunks of {chunk}, one thread up to {serial}"
            ]
            |> List.truncate 6)

let threshold =
    Make.gradient
        "threshold"
        "Just below, at and above the length from which threads take part by default, the bits are those of one thread."
        "As for threads, at the sizes of real models."
        Make.everyRule
        (Domain.of' Moderate)
        (fun case ->
            [ -1 .. 1 ]
            |> List.collect (fun more ->
                let n = Execution.DefaultSerialUpTo + more

                let case =
                    Run.tiled [ n ] { case with Start = List.truncate 1 case.Start; Gradients = [ List.truncate 1 case.Gradients.Head ] }

                case |> against (Run.bits Run.scalar case) (Execution(Threads = 4)) $"{n} elements"))
    |> Make.costing 20

let all = [ lanes; threads; threshold ]
